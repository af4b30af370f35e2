-- Slugs are compared by their beginning.
-- object: core.customers
-- base: ledger
--- leak
ALTER POLICY p_tenant ON core.customers USING (tenant_slug LIKE (SELECT core.tenant_slug()) || '%');
--- exploit
SELECT FROM core.customers WHERE tenant_slug = 'acme-labs';
