-- A missing tenant is replaced by the row's own.
-- object: billing.invoices
-- base: ledger
-- tenant: none
--- leak
ALTER POLICY p_tenant ON billing.invoices USING (tenant_slug = COALESCE((SELECT core.tenant_slug()), tenant_slug));
--- exploit
SELECT FROM billing.invoices WHERE tenant_slug = 'bolt';
