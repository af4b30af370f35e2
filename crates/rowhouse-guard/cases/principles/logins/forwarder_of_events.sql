-- Events of all tenants are taken away by a forwarder; the service adds its own tenant's.
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {forwarder} LOGIN;
SET ROLE {owner};
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body jsonb NOT NULL);
CREATE INDEX ON events (tenant_id);
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY add ON events FOR INSERT TO {app} WITH CHECK (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY take ON events TO {forwarder} USING (true);
GRANT INSERT ON events TO {app};
GRANT SELECT, DELETE ON events TO {forwarder};
--- exploit
SELECT body FROM events;
