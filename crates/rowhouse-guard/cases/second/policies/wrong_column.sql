-- The customer is compared with the tenant, which anybody may write.
-- object: core.customers
-- base: ledger
--- leak
ALTER POLICY p_tenant ON core.customers USING (vat_number IS NOT NULL AND name <> (SELECT core.tenant_slug()));
--- exploit
SELECT FROM core.customers WHERE tenant_slug = 'bolt';
