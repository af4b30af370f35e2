-- A domain over uuid as the type of the tenant, enums, and a sequence for numbers.
-- base: empty
--- setup
CREATE DOMAIN tenant_key AS uuid CHECK (VALUE <> '00000000-0000-0000-0000-000000000000');
CREATE TYPE state AS ENUM ('open', 'done');
CREATE SEQUENCE numbers;
CREATE TABLE tenants (id tenant_key PRIMARY KEY, name text NOT NULL);
CREATE TABLE tickets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id tenant_key NOT NULL REFERENCES tenants,
    number bigint NOT NULL DEFAULT nextval('numbers'),
    state state NOT NULL DEFAULT 'open'
);
CREATE INDEX ON tickets (tenant_id, state);
INSERT INTO tenants VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO tickets (tenant_id) VALUES ('{A}'), ('{B}');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants FOR SELECT USING (id = (SELECT current_setting('app.tenant_id')::tenant_key));
CREATE POLICY own ON tickets USING (tenant_id = (SELECT current_setting('app.tenant_id')::tenant_key));
GRANT SELECT ON tenants TO {app};
GRANT SELECT, INSERT, UPDATE ON tickets TO {app};
GRANT USAGE ON SEQUENCE numbers TO {app};
--- tenant
SELECT set_config('app.tenant_id', '{tenant}', true);
--- own
SELECT FROM tickets;
--- exploit
SELECT id FROM tickets WHERE tenant_id = '{B}';
