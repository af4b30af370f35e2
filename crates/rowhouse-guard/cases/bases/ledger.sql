-- Two schemas, text slugs, composite keys throughout, a helper function for the slug.
-- a: acme
-- b: bolt
-- login: svc_billing
--- setup
CREATE SCHEMA core;
CREATE SCHEMA billing;
GRANT USAGE ON SCHEMA core, billing TO {svc_billing};
CREATE FUNCTION core.tenant_slug() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('core.tenant', true), '') $$;
CREATE TABLE core.tenants (slug text PRIMARY KEY CHECK (slug <> ''), title text NOT NULL);
CREATE TABLE core.customers (
    tenant_slug text NOT NULL REFERENCES core.tenants,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    vat_number text,
    PRIMARY KEY (tenant_slug, id)
);
CREATE TABLE billing.invoices (
    tenant_slug text NOT NULL REFERENCES core.tenants,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    customer_id uuid NOT NULL,
    total numeric NOT NULL,
    state text NOT NULL DEFAULT 'open',
    PRIMARY KEY (tenant_slug, id),
    FOREIGN KEY (tenant_slug, customer_id) REFERENCES core.customers
);
CREATE TABLE billing.payments (
    tenant_slug text NOT NULL REFERENCES core.tenants,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    invoice_id uuid NOT NULL,
    iban text,
    PRIMARY KEY (tenant_slug, id),
    FOREIGN KEY (tenant_slug, invoice_id) REFERENCES billing.invoices ON DELETE CASCADE
);
CREATE TABLE billing.currencies (code char(3) PRIMARY KEY, symbol text);

INSERT INTO core.tenants VALUES ('acme', 'Acme'), ('bolt', 'Bolt'), ('acme-labs', 'Acme Labs');
INSERT INTO core.customers VALUES
    ('acme', 'aaaaaaaa-0000-4000-8000-000000000001', 'ann', 'VAT-A'), ('bolt', 'bbbbbbbb-0000-4000-8000-000000000001', 'bob', 'VAT-B'),
    ('acme-labs', 'cccccccc-0000-4000-8000-000000000001', 'cas', 'VAT-C');
INSERT INTO billing.invoices VALUES
    ('acme', 'aaaaaaaa-0000-4000-8000-000000000002', 'aaaaaaaa-0000-4000-8000-000000000001', 10),
    ('bolt', 'bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-0000-4000-8000-000000000001', 20);
INSERT INTO billing.payments VALUES
    ('acme', 'aaaaaaaa-0000-4000-8000-000000000003', 'aaaaaaaa-0000-4000-8000-000000000002', 'iban-a'),
    ('bolt', 'bbbbbbbb-0000-4000-8000-000000000003', 'bbbbbbbb-0000-4000-8000-000000000002', 'iban-b');
INSERT INTO billing.currencies VALUES ('EUR', '€');

ALTER TABLE core.tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE core.customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE billing.invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE billing.payments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p_tenant ON core.tenants USING (slug = (SELECT core.tenant_slug()));
CREATE POLICY p_tenant ON core.customers USING (tenant_slug = (SELECT core.tenant_slug()));
CREATE POLICY p_tenant ON billing.invoices USING (tenant_slug = (SELECT core.tenant_slug()));
CREATE POLICY p_tenant ON billing.payments USING (tenant_slug = (SELECT core.tenant_slug()));

GRANT SELECT ON core.tenants, billing.currencies TO {svc_billing};
GRANT SELECT, INSERT, UPDATE, DELETE ON core.customers, billing.invoices, billing.payments TO {svc_billing};
--- tenant
SELECT set_config('core.tenant', '{tenant}', true);
--- own
SELECT FROM billing.invoices;
