-- Projects of the tenants a user belongs to, by a table of memberships that the app role can only read.
-- base: jwt
--- setup
CREATE TABLE memberships (
    user_id uuid NOT NULL,
    tenant_id uuid NOT NULL REFERENCES tenants,
    role text NOT NULL DEFAULT 'member',
    PRIMARY KEY (user_id, tenant_id)
);
CREATE INDEX ON memberships (tenant_id);
INSERT INTO memberships VALUES ('99999999-9999-4999-8999-999999999999', '{A}');
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY "own memberships" ON memberships FOR SELECT TO {authenticated} USING (user_id = (SELECT auth.uid()));
DROP POLICY "own projects" ON projects;
CREATE POLICY "projects of my tenants" ON projects TO {authenticated}
    USING (tenant_id IN (SELECT m.tenant_id FROM memberships m WHERE m.user_id = (SELECT auth.uid())));
GRANT SELECT ON memberships TO {authenticated};
--- exploit
SELECT id FROM projects WHERE tenant_id = '{B}';
