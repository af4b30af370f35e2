-- Tenants are told apart by region and number; the policy compares the number alone.
-- object: app.assets
-- base: empty
--- setup
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO {app};
CREATE TABLE app.tenants (region text, number integer, name text NOT NULL, PRIMARY KEY (region, number));
CREATE TABLE app.assets (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_region text NOT NULL,
    tenant_number integer NOT NULL,
    name text NOT NULL,
    FOREIGN KEY (tenant_region, tenant_number) REFERENCES app.tenants
);
CREATE INDEX ON app.assets (tenant_region, tenant_number);
INSERT INTO app.tenants VALUES ('eu', 1, 'Acme'), ('us', 1, 'Bolt');
INSERT INTO app.assets (tenant_region, tenant_number, name) VALUES ('eu', 1, 'of a'), ('us', 1, 'of b');
ALTER TABLE app.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE app.assets ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.assets FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON app.tenants FOR SELECT
    USING (number = (SELECT current_setting('app.tenant_number')::integer)
           AND region = (SELECT current_setting('app.tenant_region')));
GRANT SELECT ON app.tenants, app.assets TO {app};
--- leak
CREATE POLICY own ON app.assets
    USING (tenant_number = (SELECT current_setting('app.tenant_number')::integer));
--- twin
CREATE POLICY own ON app.assets
    USING (tenant_number = (SELECT current_setting('app.tenant_number')::integer)
           AND tenant_region = (SELECT current_setting('app.tenant_region')));
--- tenant
SELECT set_config('app.tenant_number', '1', true),
       set_config('app.tenant_region', CASE '{tenant}' WHEN '{A}' THEN 'eu' ELSE 'us' END, true);
--- own
SELECT FROM app.assets;
--- exploit
SELECT id FROM app.assets WHERE tenant_region = 'us';
