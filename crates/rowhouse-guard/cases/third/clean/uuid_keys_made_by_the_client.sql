-- Keys are uuids that the application makes, as Prisma and Hibernate do, so the column has no default.
-- base: third_members
--- setup
CREATE TABLE upload (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs ON DELETE CASCADE, name text NOT NULL);
CREATE INDEX ON upload (org_id);
INSERT INTO upload VALUES ('00000000-aaaa-4000-8000-0000000000c1', '{A}', 'of a'), ('00000000-bbbb-4000-8000-0000000000c2', '{B}', 'secret of b');
ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload FORCE ROW LEVEL SECURITY;
CREATE POLICY "Own uploads" ON upload TO {authenticated} USING (org_id = (SELECT auth.org_id())) WITH CHECK (org_id = (SELECT auth.org_id()));
GRANT SELECT, INSERT, DELETE ON upload TO {authenticated};
--- exploit
SELECT name FROM upload WHERE org_id = '{B}';
