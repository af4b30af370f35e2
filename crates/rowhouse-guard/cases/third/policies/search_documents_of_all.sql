-- Search documents beside the table: their policy asks only that there is something to search.
-- object: clinic.patient_search
-- base: third_clinic
--- setup
CREATE TABLE clinic.patient_search (patient_id uuid NOT NULL, practice_id uuid NOT NULL, document tsvector NOT NULL, PRIMARY KEY (practice_id, patient_id));
CREATE INDEX ON clinic.patient_search USING gin (document);
INSERT INTO clinic.patient_search VALUES
    ('0a000000-0000-4000-8000-0000000000a1', '{A}', to_tsvector('simple', 'Adler')), ('0b000000-0000-4000-8000-0000000000b1', '{B}', to_tsvector('simple', 'Brandt'));
GRANT SELECT ON clinic.patient_search TO {app};
ALTER TABLE clinic.patient_search ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.patient_search FORCE ROW LEVEL SECURITY;
--- leak
CREATE POLICY reads ON clinic.patient_search FOR SELECT TO {app} USING (document IS NOT NULL);
--- twin
CREATE POLICY reads ON clinic.patient_search FOR SELECT TO {app}
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
--- exploit
SELECT document FROM clinic.patient_search WHERE document @@ to_tsquery('simple', 'brandt');
