-- The policy trusts a table of memberships that the service may write.
-- object: public.files
-- object: public.memberships
-- base: empty
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE memberships (user_id uuid NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, PRIMARY KEY (user_id, tenant_id));
CREATE TABLE files (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text);
INSERT INTO tenants VALUES ('{A}'), ('{B}'); INSERT INTO memberships VALUES ('{A}', '{A}'), ('{B}', '{B}'); INSERT INTO files (tenant_id, name) VALUES ('{A}', 'a'), ('{B}', 'b');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE memberships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE files ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON memberships USING (user_id = current_setting('app.user_id')::uuid);
CREATE POLICY mine ON tenants USING (id IN (SELECT tenant_id FROM memberships WHERE user_id = current_setting('app.user_id')::uuid));
CREATE POLICY mine ON files USING (tenant_id IN (SELECT tenant_id FROM memberships WHERE user_id = current_setting('app.user_id')::uuid));
GRANT SELECT ON tenants, memberships, files TO {app};
--- leak
GRANT INSERT ON memberships TO {app};
--- tenant
SELECT set_config('app.user_id', '{tenant}', true);
--- own
SELECT FROM files;
--- exploit
INSERT INTO memberships VALUES ('{A}', '{B}'); SELECT FROM files WHERE tenant_id = '{B}';
