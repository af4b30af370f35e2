-- A tree of folders whose edges carry the tenant, and a foreign key to a catalogue that needs none.
-- base: third_clinic
--- setup
CREATE TABLE clinic.finding (
    practice_id uuid NOT NULL REFERENCES clinic.practice, finding_id uuid NOT NULL DEFAULT gen_random_uuid(), parent_id uuid,
    code text NOT NULL REFERENCES clinic.icd_code, PRIMARY KEY (practice_id, finding_id),
    FOREIGN KEY (practice_id, parent_id) REFERENCES clinic.finding ON DELETE CASCADE
);
CREATE INDEX ON clinic.finding (practice_id, parent_id);
INSERT INTO clinic.finding (practice_id, code) VALUES ('{A}', 'J06'), ('{B}', 'I10');
ALTER TABLE clinic.finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.finding FORCE ROW LEVEL SECURITY;
CREATE POLICY by_practice ON clinic.finding TO {app} USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic.finding TO {app};
--- exploit
SELECT code FROM clinic.finding WHERE practice_id = '{B}';
