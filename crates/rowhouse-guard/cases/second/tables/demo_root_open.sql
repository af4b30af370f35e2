-- The demo with its table of tenants open: every customer's name.
-- object: public.tenants
-- base: empty
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants (id), UNIQUE (tenant_id, title));
INSERT INTO tenants VALUES ('{A}', 'a'), ('{B}', 'b'); INSERT INTO items (title, tenant_id) VALUES ('a', '{A}'), ('b', '{B}');
ALTER TABLE items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON items USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT ON tenants TO {app}; GRANT SELECT, INSERT, UPDATE, DELETE ON items TO {app};
--- leak
SELECT 1;
--- twin
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenants USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- tenant
SELECT set_config('app.current_tenant_id', '{tenant}', true);
--- own
SELECT FROM items;
--- exploit
SELECT name FROM tenants WHERE id = '{B}';
