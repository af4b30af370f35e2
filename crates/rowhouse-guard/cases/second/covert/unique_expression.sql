-- The lower case of a name is unique over all.
-- object: core.customers
-- base: ledger
--- leak
CREATE UNIQUE INDEX ON core.customers (lower(vat_number));
--- exploit
INSERT INTO core.customers (tenant_slug, name, vat_number) VALUES ('acme', 'x', 'vat-b') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM core.customers WHERE tenant_slug = 'acme' AND vat_number = 'vat-b');
