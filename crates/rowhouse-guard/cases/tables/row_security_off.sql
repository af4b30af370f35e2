-- Row security was never enabled on a table with a tenant column.
-- object: public.attachments
-- base: uuid
--- setup
CREATE TABLE attachments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL
);
CREATE INDEX ON attachments (tenant_id);
INSERT INTO attachments (tenant_id, name) VALUES ('{A}', 'of a'), ('{B}', 'of b');
GRANT SELECT, INSERT, UPDATE, DELETE ON attachments TO {app};
--- twin
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON attachments
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- leak
--- exploit
SELECT id FROM attachments WHERE tenant_id = '{B}';
