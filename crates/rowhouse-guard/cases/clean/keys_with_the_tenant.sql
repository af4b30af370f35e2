-- Exclusion constraints, expression indexes and partial indexes that all begin with the tenant.
-- base: clinic
-- extension: btree_gist
--- setup
RESET ROLE;
CREATE EXTENSION btree_gist;
SET ROLE {owner};
CREATE TABLE appointments (
    practice_id uuid NOT NULL REFERENCES practices, id uuid NOT NULL DEFAULT gen_random_uuid(), room text NOT NULL, during tstzrange NOT NULL,
    cancelled boolean NOT NULL DEFAULT false, PRIMARY KEY (practice_id, id),
    EXCLUDE USING gist (practice_id WITH =, room WITH =, during WITH &&) WHERE (NOT cancelled)
);
CREATE UNIQUE INDEX ON patients (practice_id, lower(insurance_no)) WHERE NOT discharged;
INSERT INTO appointments (practice_id, room, during) VALUES ('{A}', '1', '[2030-01-01, 2030-01-02)'), ('{B}', '1', '[2030-01-01, 2030-01-02)');
ALTER TABLE appointments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY floor ON appointments AS RESTRICTIVE USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
CREATE POLICY staff ON appointments USING (NOT cancelled) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON appointments TO {ehr};
--- exploit
SELECT room FROM appointments WHERE practice_id = '{B}';
