-- Practices as tenants in a schema of their own: uuid keys that include the tenant, enums, touch triggers, sub-selects.
-- a: 0a000000-0000-4000-8000-00000000000a
-- b: 0b000000-0000-4000-8000-00000000000b
--- setup
CREATE SCHEMA clinic;
CREATE TYPE clinic.visit_state AS ENUM ('booked', 'arrived', 'done', 'missed');
CREATE TABLE clinic.practice (
    practice_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    display_name text NOT NULL,
    country char(2) NOT NULL DEFAULT 'DE'
);
CREATE TABLE clinic.patient (
    practice_id uuid NOT NULL REFERENCES clinic.practice ON DELETE CASCADE,
    patient_id uuid NOT NULL DEFAULT gen_random_uuid(),
    family_name text NOT NULL,
    email text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (practice_id, patient_id)
);
CREATE TABLE clinic.visit (
    practice_id uuid NOT NULL REFERENCES clinic.practice ON DELETE CASCADE,
    visit_id uuid NOT NULL DEFAULT gen_random_uuid(),
    patient_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    state clinic.visit_state NOT NULL DEFAULT 'booked',
    reason text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (practice_id, visit_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES clinic.patient ON DELETE CASCADE
);
CREATE INDEX visit_by_day ON clinic.visit (practice_id, starts_at);
CREATE TABLE clinic.prescription (
    practice_id uuid NOT NULL REFERENCES clinic.practice ON DELETE CASCADE,
    prescription_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    patient_id uuid NOT NULL,
    issued_on date NOT NULL DEFAULT current_date,
    PRIMARY KEY (practice_id, prescription_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES clinic.patient ON DELETE CASCADE
);
CREATE TABLE clinic.icd_code (code text PRIMARY KEY, title text NOT NULL);
COMMENT ON TABLE clinic.icd_code IS 'Read-only catalogue, loaded by the yearly import';
CREATE FUNCTION clinic.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON clinic.patient FOR EACH ROW EXECUTE FUNCTION clinic.touch();
CREATE TRIGGER touch BEFORE UPDATE ON clinic.visit FOR EACH ROW EXECUTE FUNCTION clinic.touch();

INSERT INTO clinic.practice VALUES ('{A}', 'Am Markt', 'DE'), ('{B}', 'Zur Linde', 'AT');
INSERT INTO clinic.patient (practice_id, patient_id, family_name, email) VALUES
    ('{A}', '0a000000-0000-4000-8000-0000000000a1', 'Adler', 'adler@mail.test'),
    ('{B}', '0b000000-0000-4000-8000-0000000000b1', 'Brandt', 'brandt@mail.test');
INSERT INTO clinic.visit (practice_id, patient_id, starts_at, reason) VALUES
    ('{A}', '0a000000-0000-4000-8000-0000000000a1', '2024-05-01 09:00+02', 'check-up'),
    ('{B}', '0b000000-0000-4000-8000-0000000000b1', '2024-05-02 09:00+02', 'secret of b');
INSERT INTO clinic.prescription (practice_id, prescription_id, patient_id) VALUES
    ('{A}', '0a000000-0000-4000-8000-0000000000a7', '0a000000-0000-4000-8000-0000000000a1'),
    ('{B}', '0b000000-0000-4000-8000-0000000000b7', '0b000000-0000-4000-8000-0000000000b1');
INSERT INTO clinic.icd_code VALUES ('J06', 'Common cold'), ('I10', 'Hypertension');

ALTER TABLE clinic.practice ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.practice FORCE ROW LEVEL SECURITY;
ALTER TABLE clinic.patient ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.patient FORCE ROW LEVEL SECURITY;
ALTER TABLE clinic.visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.visit FORCE ROW LEVEL SECURITY;
ALTER TABLE clinic.prescription ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.prescription FORCE ROW LEVEL SECURITY;
CREATE POLICY own_practice ON clinic.practice FOR SELECT TO {app}
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
CREATE POLICY by_practice ON clinic.patient TO {app}
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
CREATE POLICY by_practice ON clinic.visit TO {app}
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
CREATE POLICY by_practice ON clinic.prescription TO {app}
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));

GRANT USAGE ON SCHEMA clinic TO {app};
GRANT SELECT ON clinic.practice, clinic.icd_code TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic.patient, clinic.visit, clinic.prescription TO {app};
--- tenant
SELECT set_config('clinic.practice_id', '{tenant}', true);
--- own
SELECT FROM clinic.visit;
