-- An exclusion constraint keeps bookings apart, of all practices at once.
-- object: clinic.room_booking
-- base: third_clinic
-- extension: btree_gist
--- setup
RESET ROLE;
CREATE EXTENSION btree_gist;
SET ROLE {owner};
CREATE TABLE clinic.room_booking (
    practice_id uuid NOT NULL REFERENCES clinic.practice, booking_id uuid NOT NULL DEFAULT gen_random_uuid(),
    room text NOT NULL, during tstzrange NOT NULL, PRIMARY KEY (practice_id, booking_id)
);
INSERT INTO clinic.room_booking (practice_id, room, during) VALUES ('{A}', 'r1', '[2024-01-01,2024-01-02)'), ('{B}', 'r1', '[2024-02-01,2024-02-02)');
ALTER TABLE clinic.room_booking ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic.room_booking FORCE ROW LEVEL SECURITY;
CREATE POLICY by_practice ON clinic.room_booking TO {app}
    USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
GRANT SELECT, INSERT, DELETE ON clinic.room_booking TO {app};
--- leak
ALTER TABLE clinic.room_booking ADD EXCLUDE USING gist (room WITH =, during WITH &&);
--- twin
ALTER TABLE clinic.room_booking ADD EXCLUDE USING gist (practice_id WITH =, room WITH =, during WITH &&);
--- exploit
WITH i AS (INSERT INTO clinic.room_booking (practice_id, room, during) VALUES ('{A}', 'r1', '[2024-02-01,2024-02-02)')
    ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
