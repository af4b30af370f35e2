-- A boolean setting of the application's own.
-- object: billing.invoices
-- base: ledger
--- leak
ALTER POLICY p_tenant ON billing.invoices USING (CASE WHEN coalesce(current_setting('core.is_staff', true)::boolean, false) THEN true ELSE tenant_slug = (SELECT core.tenant_slug()) END);
--- twin
ALTER POLICY p_tenant ON billing.invoices USING (CASE WHEN coalesce(current_setting('core.read_only', true)::boolean, false) THEN false ELSE tenant_slug = (SELECT core.tenant_slug()) END);
--- exploit
SET LOCAL core.is_staff = 'true'; SELECT FROM billing.invoices WHERE tenant_slug = 'bolt';
