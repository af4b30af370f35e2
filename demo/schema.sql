-- The demo's two tables. Run as the role that is to own them; the service logs in as rowhouse_app,
-- which owns nothing and is bound by the policies. Each file is to be run once, with errors stopping it.

BEGIN;

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    -- Unique over all tenants, as the demo's contract wants it. Only somebody who can write here could
    -- learn from a refused name that another tenant has it; rowhouse_app can only read.
    name text NOT NULL UNIQUE
);

CREATE TABLE items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title text NOT NULL,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    -- The tenant comes first: the index serves the policy and gives a tenant's items by title.
    UNIQUE (tenant_id, title)
);

-- Forced, so that the owner is bound as well: a forgotten tenant is an error, never everybody's rows.
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- The sub-select is evaluated once for each statement, not for each row.
CREATE POLICY tenant_isolation ON tenants
    USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant_isolation ON items
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));

-- Nothing that row security does not filter: no TRUNCATE, REFERENCES or TRIGGER.
GRANT SELECT ON tenants TO rowhouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON items TO rowhouse_app;

COMMIT;
