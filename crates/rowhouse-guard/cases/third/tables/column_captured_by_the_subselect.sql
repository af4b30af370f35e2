-- The child's policy means its own column, but the name is found in the parent first.
-- object: clinic.prescription_item
-- base: third_clinic
--- setup
CREATE TABLE clinic.prescription_item (
    item_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    prescription_id uuid NOT NULL REFERENCES clinic.prescription (prescription_id) ON DELETE CASCADE,
    drug text NOT NULL, dose text
);
CREATE INDEX ON clinic.prescription_item (prescription_id);
INSERT INTO clinic.prescription_item (prescription_id, drug) VALUES
    ('0a000000-0000-4000-8000-0000000000a7', 'of a'), ('0b000000-0000-4000-8000-0000000000b7', 'secret of b');
ALTER TABLE clinic.prescription_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.prescription_item FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic.prescription_item TO {app};
--- leak
CREATE POLICY through_parent ON clinic.prescription_item TO {app}
    USING (EXISTS (SELECT 1 FROM clinic.prescription p WHERE p.prescription_id = prescription_id));
--- twin
CREATE POLICY through_parent ON clinic.prescription_item TO {app}
    USING (EXISTS (SELECT 1 FROM clinic.prescription p WHERE p.prescription_id = prescription_item.prescription_id));
--- exploit
SELECT drug FROM clinic.prescription_item WHERE drug = 'secret of b';
