-- Healthcare: practices, a restrictive floor for everybody and permissive policies above it.
-- a: 5a5a5a5a-0000-4000-8000-000000000000
-- b: 6b6b6b6b-0000-4000-8000-000000000000
-- login: ehr
--- setup
CREATE TABLE practices (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE patients (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    practice_id uuid NOT NULL REFERENCES practices,
    full_name text NOT NULL,
    born date,
    insurance_no text,
    discharged boolean NOT NULL DEFAULT false,
    UNIQUE (practice_id, id)
);
CREATE TABLE encounters (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    practice_id uuid NOT NULL REFERENCES practices,
    patient_id uuid NOT NULL,
    notes text,
    at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id)
);
CREATE INDEX ON encounters (practice_id, patient_id);
CREATE TABLE prescriptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    practice_id uuid NOT NULL REFERENCES practices,
    encounter_id uuid NOT NULL,
    drug text NOT NULL,
    signed boolean NOT NULL DEFAULT false,
    FOREIGN KEY (practice_id, encounter_id) REFERENCES encounters (practice_id, id)
);
CREATE INDEX ON prescriptions (practice_id, encounter_id);
CREATE TABLE icd_codes (code text PRIMARY KEY, label text NOT NULL);
INSERT INTO practices VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO patients (id, practice_id, full_name, insurance_no) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', '{A}', 'Ann', 'A1'), ('bbbbbbbb-0000-4000-8000-000000000001', '{B}', 'Bob', 'B1');
INSERT INTO encounters (id, practice_id, patient_id, notes) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000002', '{A}', 'aaaaaaaa-0000-4000-8000-000000000001', 'of a'),
    ('bbbbbbbb-0000-4000-8000-000000000002', '{B}', 'bbbbbbbb-0000-4000-8000-000000000001', 'of b');
INSERT INTO prescriptions (id, practice_id, encounter_id, drug) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000003', '{A}', 'aaaaaaaa-0000-4000-8000-000000000002', 'aspirin'),
    ('bbbbbbbb-0000-4000-8000-000000000003', '{B}', 'bbbbbbbb-0000-4000-8000-000000000002', 'bromide');
INSERT INTO icd_codes VALUES ('A00', 'Cholera');
ALTER TABLE practices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE patients ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE encounters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE prescriptions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY practice ON practices FOR SELECT USING (id::text = current_setting('clinic.practice', true));
CREATE POLICY floor ON patients AS RESTRICTIVE USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
CREATE POLICY floor ON encounters AS RESTRICTIVE USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
CREATE POLICY floor ON prescriptions AS RESTRICTIVE USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
CREATE POLICY all_staff ON patients USING (true);
CREATE POLICY all_staff ON encounters USING (true);
CREATE POLICY all_staff ON prescriptions USING (true);
GRANT SELECT ON practices, icd_codes TO {ehr};
GRANT SELECT, INSERT, UPDATE, DELETE ON patients, encounters, prescriptions TO {ehr};
--- tenant
SELECT set_config('clinic.practice', '{tenant}', true);
--- own
SELECT FROM patients;
