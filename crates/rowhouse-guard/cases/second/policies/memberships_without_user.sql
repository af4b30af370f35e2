-- The policy forgets to ask whose membership it is.
-- object: public.files
-- base: empty
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE memberships (user_id uuid NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, PRIMARY KEY (user_id, tenant_id));
CREATE TABLE files (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text);
INSERT INTO tenants VALUES ('{A}'), ('{B}'); INSERT INTO memberships VALUES ('{A}', '{A}'), ('{B}', '{B}'); INSERT INTO files (tenant_id, name) VALUES ('{A}', 'a'), ('{B}', 'b');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE memberships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE files ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON memberships USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY mine ON tenants USING (id = current_setting('app.tenant_id')::uuid);
GRANT SELECT ON tenants, memberships, files TO {app};
--- leak
CREATE POLICY mine ON files USING (EXISTS (SELECT FROM memberships m WHERE m.user_id = current_setting('app.user_id')::uuid));
--- twin
CREATE POLICY mine ON files USING (EXISTS (SELECT FROM memberships m WHERE m.user_id = current_setting('app.user_id')::uuid AND m.tenant_id = files.tenant_id));
--- tenant
SELECT set_config('app.user_id', '{tenant}', true), set_config('app.tenant_id', '{tenant}', true);
--- own
SELECT FROM files;
--- exploit
SELECT FROM files WHERE tenant_id = '{B}';
