-- A nullable tenant column, and rows without a tenant are everybody's to read and to change.
-- object: public.templates
-- base: uuid
--- setup
CREATE TABLE templates (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid REFERENCES tenants,
    body text NOT NULL
);
CREATE INDEX ON templates (tenant_id);
INSERT INTO templates (tenant_id, body) VALUES (NULL, 'lost by b'), ('{A}', 'of a');
ALTER TABLE templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE templates FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON templates TO {app};
--- leak
CREATE POLICY tenant_isolation ON templates
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) OR tenant_id IS NULL);
--- twin
CREATE POLICY tenant_isolation ON templates
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
UPDATE templates SET body = 'rewritten by a' WHERE body = 'lost by b' RETURNING id;
