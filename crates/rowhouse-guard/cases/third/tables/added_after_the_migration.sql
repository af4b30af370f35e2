-- Lab results came in a later release and nobody thought of row security.
-- object: clinic.lab_result
-- base: third_clinic
--- setup
CREATE TABLE clinic.lab_result (
    practice_id uuid NOT NULL, result_id uuid NOT NULL DEFAULT gen_random_uuid(), patient_id uuid NOT NULL,
    loinc text NOT NULL, value numeric, unit text, PRIMARY KEY (practice_id, result_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES clinic.patient ON DELETE CASCADE
);
INSERT INTO clinic.lab_result (practice_id, patient_id, loinc, value) VALUES
    ('{A}', '0a000000-0000-4000-8000-0000000000a1', '718-7', 13), ('{B}', '0b000000-0000-4000-8000-0000000000b1', '718-7', 9);
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic.lab_result TO {app};
--- leak
--- twin
ALTER TABLE clinic.lab_result ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.lab_result FORCE ROW LEVEL SECURITY;
CREATE POLICY by_practice ON clinic.lab_result TO {app}
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
--- exploit
SELECT value FROM clinic.lab_result WHERE practice_id = '{B}';
