-- Bookings must not overlap within a tenant.
-- base: integer
-- extension: btree_gist
--- setup
RESET ROLE;
CREATE EXTENSION btree_gist;
SET ROLE {owner};
CREATE TABLE bookings (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org_id integer NOT NULL REFERENCES organizations,
    room text NOT NULL,
    during tsrange NOT NULL,
    EXCLUDE USING gist (org_id WITH =, room WITH =, during WITH &&)
);
CREATE INDEX ON bookings (org_id);
INSERT INTO bookings (org_id, room, during) VALUES (2, 'blue', '[2025-01-01,2025-01-02)');
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE bookings FORCE ROW LEVEL SECURITY;
CREATE POLICY bookings_own ON bookings TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT, UPDATE, DELETE ON bookings TO {app};
--- exploit
SELECT id FROM bookings;
