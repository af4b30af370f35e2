-- The setter sets for the session, and a pooled connection keeps it.
-- object: core.use_tenant(text)
-- base: ledger
-- tenant: none
--- leak
CREATE FUNCTION core.use_tenant(t text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('core.tenant', t, false) $$;
--- twin
CREATE FUNCTION core.use_tenant(t text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('core.tenant', t, true) $$;
--- exploit
BEGIN; SELECT core.use_tenant('bolt'); COMMIT; SELECT FROM billing.invoices WHERE tenant_slug = 'bolt';
