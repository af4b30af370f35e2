-- No index leads with the tenant.
-- object: public.visits
-- base: uuid
-- level: note
--- setup
CREATE TABLE visits (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    path text NOT NULL
);
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE visits FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON visits USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT ON visits TO {app};
--- leak
--- twin
CREATE INDEX ON visits (tenant_id);
