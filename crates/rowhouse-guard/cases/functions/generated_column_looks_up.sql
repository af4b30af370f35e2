-- A generated column fills in what a function, said to be immutable, finds by the id the caller writes.
-- object: public.patient_name(uuid)
-- object: public.bookings
-- base: clinic
--- leak
RESET ROLE;
CREATE FUNCTION patient_name(uuid) RETURNS text LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT full_name FROM patients WHERE id = $1 $$;
CREATE TABLE bookings (
    practice_id uuid NOT NULL REFERENCES practices, id uuid NOT NULL DEFAULT gen_random_uuid(), patient_id uuid NOT NULL,
    patient text GENERATED ALWAYS AS (patient_name(patient_id)) STORED, PRIMARY KEY (practice_id, id)
);
ALTER TABLE bookings OWNER TO {owner};
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY practice ON bookings USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
GRANT SELECT, INSERT (practice_id, patient_id) ON bookings TO {ehr};
--- twin
RESET ROLE;
CREATE FUNCTION patient_name(uuid) RETURNS text LANGUAGE sql IMMUTABLE SECURITY INVOKER SET search_path = public, pg_temp
    AS $$ SELECT full_name FROM patients WHERE id = $1 $$;
CREATE TABLE bookings (
    practice_id uuid NOT NULL REFERENCES practices, id uuid NOT NULL DEFAULT gen_random_uuid(), patient_id uuid NOT NULL,
    patient text GENERATED ALWAYS AS (patient_name(patient_id)) STORED, PRIMARY KEY (practice_id, id)
);
ALTER TABLE bookings OWNER TO {owner};
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY practice ON bookings USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
GRANT SELECT, INSERT (practice_id, patient_id) ON bookings TO {ehr};
--- exploit
INSERT INTO bookings (practice_id, patient_id) VALUES ('{A}', 'bbbbbbbb-0000-4000-8000-000000000001');
SELECT patient FROM bookings WHERE patient = 'Bob';
