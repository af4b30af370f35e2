-- Rows can be put into another region's tenant.
-- object: public.shipments
-- base: empty
-- a: 1
-- b: 2
--- setup
CREATE TABLE tenants (region text, id integer, PRIMARY KEY (region, id));
CREATE TABLE shipments (key uuid PRIMARY KEY DEFAULT gen_random_uuid(), region text NOT NULL, tenant_id integer NOT NULL, what text, FOREIGN KEY (region, tenant_id) REFERENCES tenants);
INSERT INTO tenants VALUES ('eu', 1), ('us', 1), ('us', 2); INSERT INTO shipments (region, tenant_id, what) VALUES ('eu', 1, 'a'), ('us', 1, 'other');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE shipments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY t ON tenants USING (id = current_setting('app.tenant_id')::integer AND region = current_setting('app.region'));
CREATE POLICY t ON shipments USING (tenant_id = current_setting('app.tenant_id')::integer AND region = current_setting('app.region'));
GRANT SELECT ON tenants TO {app}; GRANT SELECT, INSERT, UPDATE, DELETE ON shipments TO {app};
--- leak
DROP POLICY t ON shipments; CREATE POLICY t ON shipments USING (tenant_id = current_setting('app.tenant_id')::integer AND region = current_setting('app.region')) WITH CHECK (tenant_id = current_setting('app.tenant_id')::integer);
--- twin
SELECT 1;
--- tenant
SELECT set_config('app.tenant_id', '{tenant}', true), set_config('app.region', 'eu', true);
--- own
SELECT FROM shipments;
--- exploit
INSERT INTO shipments (region, tenant_id, what) VALUES ('us', 1, 'planted');
--- proof
SELECT FROM shipments WHERE what = 'planted';
