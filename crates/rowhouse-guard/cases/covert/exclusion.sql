-- An exclusion constraint over rooms that tenants name: another tenant's booking is in the way.
-- object: public.bookings
-- base: uuid
-- extension: btree_gist
--- setup
RESET ROLE;
CREATE EXTENSION btree_gist;
SET ROLE {owner};
CREATE TABLE bookings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    room text NOT NULL,
    during tstzrange NOT NULL
);
CREATE INDEX ON bookings (tenant_id);
INSERT INTO bookings (tenant_id, room, during) VALUES ('{B}', 'blue', '[2025-01-01,2025-01-02)');
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE bookings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON bookings USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT ON bookings TO {app};
--- leak
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&);
--- twin
ALTER TABLE bookings ADD EXCLUDE USING gist (tenant_id WITH =, room WITH =, during WITH &&);
--- exploit
WITH guess AS (
    INSERT INTO bookings (tenant_id, room, during) VALUES ('{A}', 'blue', '[2025-01-01,2025-01-03)')
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
