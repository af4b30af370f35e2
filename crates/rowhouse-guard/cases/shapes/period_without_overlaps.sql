-- A temporal key without the tenant: a booking that overlaps another tenant's is refused.
-- object: public.bookings
-- base: integer
-- server: 18+
-- extension: btree_gist
-- refused: 23P01
--- setup
RESET ROLE;
CREATE EXTENSION btree_gist;
SET ROLE {owner};
CREATE TABLE bookings (
    org_id integer NOT NULL REFERENCES organizations, room integer NOT NULL, during tstzrange NOT NULL, label text
);
CREATE INDEX ON bookings (org_id);
INSERT INTO bookings VALUES (2, 1, '[2030-01-01,2030-01-02)', 'of b');
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY bookings_own ON bookings TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT ON bookings TO {app};
--- leak
ALTER TABLE bookings ADD UNIQUE (room, during WITHOUT OVERLAPS);
--- twin
ALTER TABLE bookings ADD UNIQUE (org_id, room, during WITHOUT OVERLAPS);
--- exploit
WITH guess AS (INSERT INTO bookings VALUES ({A}, 1, '[2030-01-01,2030-01-02)', 'free?') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
