-- An exclusion constraint over rooms and times, without the tenant, tells when others have booked.
-- object: public.bookings
-- base: clinic
-- extension: btree_gist
--- setup
RESET ROLE;
CREATE EXTENSION btree_gist;
SET ROLE {owner};
CREATE TABLE bookings (
    practice_id uuid NOT NULL REFERENCES practices,
    room integer NOT NULL,
    during tstzrange NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    PRIMARY KEY (practice_id, id)
);
INSERT INTO bookings VALUES ('{B}', 1, '[2030-01-01 10:00+00, 2030-01-01 11:00+00)');
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY practice ON bookings USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
GRANT SELECT, INSERT ON bookings TO {ehr};
--- leak
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&);
--- twin
ALTER TABLE bookings ADD EXCLUDE USING gist (practice_id WITH =, room WITH =, during WITH &&);
--- exploit
DO $$ BEGIN
    INSERT INTO bookings VALUES ('{A}', 1, '[2030-01-01 10:30+00, 2030-01-01 10:31+00)');
EXCEPTION WHEN exclusion_violation THEN PERFORM set_config('spy.hit', 'yes', true); END $$;
SELECT 1 WHERE current_setting('spy.hit', true) = 'yes';
