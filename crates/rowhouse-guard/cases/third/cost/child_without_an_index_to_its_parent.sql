-- The child's policy looks up the parent, and nothing leads from parent to child.
-- object: clinic.invoice_line
-- level: note
-- base: third_clinic
--- setup
CREATE TABLE clinic.invoice_line (
    line_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), prescription_id uuid NOT NULL REFERENCES clinic.prescription (prescription_id), price numeric NOT NULL
);
ALTER TABLE clinic.invoice_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.invoice_line FORCE ROW LEVEL SECURITY;
CREATE POLICY through_parent ON clinic.invoice_line TO {app}
    USING (prescription_id IN (SELECT p.prescription_id FROM clinic.prescription p));
GRANT SELECT ON clinic.invoice_line TO {app};
--- leak
--- twin
CREATE INDEX ON clinic.invoice_line (prescription_id);
