-- Membership by user, in a table the service can only read its own rows of.
-- base: empty
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY, name text);
CREATE TABLE memberships (user_id uuid NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, PRIMARY KEY (tenant_id, user_id));
CREATE TABLE files (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text);
INSERT INTO tenants VALUES ('{A}', 'a'), ('{B}', 'b'); INSERT INTO memberships VALUES ('{A}', '{A}'), ('{B}', '{B}'); INSERT INTO files (tenant_id, name) VALUES ('{A}', 'a'), ('{B}', 'b');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE memberships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE files ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON memberships FOR SELECT USING (user_id = (SELECT current_setting('app.user_id')::uuid));
CREATE POLICY mine ON tenants FOR SELECT USING (id IN (SELECT tenant_id FROM memberships WHERE user_id = (SELECT current_setting('app.user_id')::uuid)));
CREATE POLICY mine ON files USING (tenant_id IN (SELECT m.tenant_id FROM memberships m WHERE m.user_id = (SELECT current_setting('app.user_id')::uuid)));
GRANT SELECT ON tenants, memberships TO {app}; GRANT SELECT, INSERT, UPDATE, DELETE ON files TO {app};
--- tenant
SELECT set_config('app.user_id', '{tenant}', true);
--- own
SELECT FROM files;
--- exploit
SELECT FROM files WHERE tenant_id = '{B}';
