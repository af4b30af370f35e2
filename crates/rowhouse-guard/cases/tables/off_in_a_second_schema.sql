-- A copy of the schema for reports was forgotten.
-- object: reporting.items
-- base: uuid
--- setup
CREATE SCHEMA reporting;
GRANT USAGE ON SCHEMA reporting TO {app};
CREATE TABLE reporting.items (
    tenant_id uuid NOT NULL REFERENCES tenants,
    month date NOT NULL,
    total integer NOT NULL,
    PRIMARY KEY (tenant_id, month)
);
INSERT INTO reporting.items VALUES ('{A}', '2025-01-01', 1), ('{B}', '2025-01-01', 2);
GRANT SELECT ON reporting.items TO {app};
--- leak
--- twin
ALTER TABLE reporting.items ENABLE ROW LEVEL SECURITY;
ALTER TABLE reporting.items FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON reporting.items
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
SELECT total FROM reporting.items WHERE tenant_id = '{B}';
