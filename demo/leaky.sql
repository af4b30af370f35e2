-- A help desk for many customers that believes it keeps them apart, and does not: an example to audit, protect and probe.
-- Run as the role that is to own it, in an empty database; the service logs in as rowhouse_app.

BEGIN;

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid REFERENCES tenants (id),
    -- Unique over all tenants: a refused insert tells that another one has this customer.
    email text NOT NULL UNIQUE
);

CREATE TABLE tickets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid REFERENCES tenants (id),
    customer_id uuid NOT NULL REFERENCES customers (id),
    title text NOT NULL,
    shared boolean NOT NULL DEFAULT false
);

-- Whose comment it is, only its ticket knows.
CREATE TABLE comments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    ticket_id uuid NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
    body text NOT NULL
);

CREATE TABLE invoices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    amount numeric(10, 2) NOT NULL CHECK (amount >= 0)
);

INSERT INTO tenants (id, name) VALUES
    ('7a245486-3fc8-47ec-b303-04fefe7a58ff', 'pawnee-parks-and-rec'),
    ('162be16f-f76d-431a-a213-171838ded9ae', 'dunder-mifflin');
INSERT INTO customers (id, tenant_id, email) VALUES
    ('11111111-0000-4000-8000-000000000001', '7a245486-3fc8-47ec-b303-04fefe7a58ff', 'andy@example.com'),
    ('11111111-0000-4000-8000-000000000002', '162be16f-f76d-431a-a213-171838ded9ae', 'jan@example.com');
INSERT INTO tickets (id, tenant_id, customer_id, title, shared) VALUES
    ('22222222-0000-4000-8000-000000000001', '7a245486-3fc8-47ec-b303-04fefe7a58ff', '11111111-0000-4000-8000-000000000001', 'The pit is still there', false),
    ('22222222-0000-4000-8000-000000000002', '162be16f-f76d-431a-a213-171838ded9ae', '11111111-0000-4000-8000-000000000002', 'Paper arrived wet', true),
    ('22222222-0000-4000-8000-000000000003', '162be16f-f76d-431a-a213-171838ded9ae', '11111111-0000-4000-8000-000000000002', 'Discount was promised', false);
INSERT INTO comments (ticket_id, body) VALUES
    ('22222222-0000-4000-8000-000000000001', 'Fence ordered'),
    ('22222222-0000-4000-8000-000000000003', 'Do not tell Michael');
INSERT INTO invoices (tenant_id, amount) VALUES
    ('7a245486-3fc8-47ec-b303-04fefe7a58ff', 120.00),
    ('162be16f-f76d-431a-a213-171838ded9ae', 9500.50);

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- The owner is not bound, and neither is what runs as the owner.
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant_isolation ON tenants
    USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant_isolation ON customers
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
-- Meant for the tenant's own staff; it says everybody.
CREATE POLICY tenant_isolation ON tickets
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) OR shared);
-- Reads are filtered, writes are not.
CREATE POLICY tenant_reads ON invoices FOR SELECT
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant_writes ON invoices FOR INSERT WITH CHECK (true);

-- Views read as their owner unless they are told otherwise.
CREATE VIEW open_tickets AS SELECT id, title, customer_id FROM tickets;

-- So do functions that say SECURITY DEFINER.
CREATE FUNCTION search_tickets(words text) RETURNS SETOF tickets
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM tickets WHERE title ILIKE '%' || words || '%' $$;

GRANT SELECT ON tenants, open_tickets TO rowhouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON customers, comments TO rowhouse_app;
-- ALL brings TRUNCATE, which asks no policy.
GRANT ALL ON tickets TO rowhouse_app;
GRANT SELECT, INSERT ON invoices TO rowhouse_app;

COMMIT;
