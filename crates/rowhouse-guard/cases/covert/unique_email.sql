-- An e-mail address is unique over all tenants: a conflict tells that somebody has it.
-- object: public.customers
-- base: uuid
--- setup
CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    email text NOT NULL
);
CREATE INDEX ON customers (tenant_id);
INSERT INTO customers (tenant_id, email) VALUES ('{B}', 'bob@example.org');
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON customers USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT ON customers TO {app};
--- leak
ALTER TABLE customers ADD UNIQUE (email);
--- twin
ALTER TABLE customers ADD UNIQUE (tenant_id, email);
--- exploit
WITH guess AS (
    INSERT INTO customers (tenant_id, email) VALUES ('{A}', 'bob@example.org') ON CONFLICT DO NOTHING RETURNING 1
)
SELECT 'somebody has it' WHERE NOT EXISTS (SELECT FROM guess);
