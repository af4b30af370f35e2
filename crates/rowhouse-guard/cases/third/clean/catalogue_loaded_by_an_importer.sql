-- A catalogue that all read and only the importer's login writes.
-- base: third_clinic
--- setup
RESET ROLE;
CREATE ROLE {importer} LOGIN;
GRANT USAGE ON SCHEMA clinic TO {importer};
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic.icd_code TO {importer};
CREATE TABLE clinic.icd_synonym (code text NOT NULL REFERENCES clinic.icd_code, word text NOT NULL, PRIMARY KEY (code, word));
GRANT SELECT ON clinic.icd_synonym TO {app};
GRANT ALL ON clinic.icd_synonym TO {importer};
--- exploit
UPDATE clinic.icd_code SET title = 'x' RETURNING code;
