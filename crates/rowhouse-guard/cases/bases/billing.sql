-- Billing: bigint customers, two schemas, rights through a group, one policy for reading and one for writing.
-- a: 1001
-- b: 1002
-- login: api
--- setup
RESET ROLE;
CREATE ROLE {billing_rw} NOLOGIN;
GRANT {billing_rw} TO {api};
SET ROLE {owner};
CREATE SCHEMA core;
CREATE SCHEMA billing;
GRANT USAGE ON SCHEMA core, billing TO {billing_rw};
CREATE TYPE billing.invoice_state AS ENUM ('draft', 'open', 'paid', 'void');
CREATE TABLE core.customers (id bigint PRIMARY KEY, name text NOT NULL, country char(2) NOT NULL DEFAULT 'NL');
CREATE TABLE billing.plans (code text PRIMARY KEY, monthly numeric(10, 2) NOT NULL);
CREATE TABLE billing.subscriptions (
    customer_id bigint NOT NULL REFERENCES core.customers ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    plan_code text NOT NULL REFERENCES billing.plans,
    active boolean NOT NULL DEFAULT true,
    during daterange NOT NULL DEFAULT daterange(NULL, NULL),
    PRIMARY KEY (customer_id, id)
);
CREATE TABLE billing.invoices (
    customer_id bigint NOT NULL REFERENCES core.customers,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    number text NOT NULL,
    total numeric(12, 2) NOT NULL DEFAULT 0,
    state billing.invoice_state NOT NULL DEFAULT 'draft',
    due date,
    memo text,
    PRIMARY KEY (customer_id, id),
    UNIQUE (customer_id, number)
);
CREATE TABLE billing.usage_records (
    customer_id bigint NOT NULL REFERENCES core.customers,
    metric text NOT NULL,
    day date NOT NULL,
    quantity bigint NOT NULL,
    PRIMARY KEY (customer_id, metric, day)
);
INSERT INTO core.customers VALUES (1001, 'Acme'), (1002, 'Bolt');
INSERT INTO billing.plans VALUES ('basic', 9), ('pro', 49);
INSERT INTO billing.subscriptions (customer_id, plan_code) VALUES (1001, 'basic'), (1002, 'pro');
INSERT INTO billing.invoices (customer_id, id, number, total, state, due) VALUES
    (1001, 'aaaaaaaa-0000-4000-8000-000000000001', 'A-1', 10, 'open', '2030-01-01'),
    (1002, 'bbbbbbbb-0000-4000-8000-000000000001', 'B-1', 20, 'open', '2020-01-01'),
    (1002, 'bbbbbbbb-0000-4000-8000-000000000002', 'B-2', 30, 'paid', '2020-01-01');
INSERT INTO billing.usage_records VALUES (1001, 'calls', '2025-01-01', 5), (1002, 'calls', '2025-01-01', 500);
ALTER TABLE core.customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE billing.subscriptions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE billing.invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE billing.usage_records ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON core.customers FOR SELECT TO {billing_rw} USING (id = current_setting('billing.customer')::bigint);
CREATE POLICY own ON billing.subscriptions TO {billing_rw}
    USING (customer_id = current_setting('billing.customer')::bigint) WITH CHECK (customer_id = current_setting('billing.customer')::bigint);
CREATE POLICY read ON billing.invoices FOR SELECT TO {billing_rw} USING (customer_id = current_setting('billing.customer')::bigint);
CREATE POLICY add ON billing.invoices FOR INSERT TO {billing_rw} WITH CHECK (customer_id = current_setting('billing.customer')::bigint);
CREATE POLICY edit ON billing.invoices FOR UPDATE TO {billing_rw}
    USING (customer_id = current_setting('billing.customer')::bigint) WITH CHECK (customer_id = current_setting('billing.customer')::bigint);
CREATE POLICY own ON billing.usage_records TO {billing_rw} USING (customer_id = current_setting('billing.customer')::bigint);
GRANT SELECT ON core.customers, billing.plans TO {billing_rw};
GRANT SELECT, INSERT, UPDATE, DELETE ON billing.subscriptions, billing.usage_records TO {billing_rw};
GRANT SELECT, INSERT, UPDATE ON billing.invoices TO {billing_rw};
--- tenant
SELECT set_config('billing.customer', '{tenant}', true);
--- own
SELECT FROM billing.invoices;
