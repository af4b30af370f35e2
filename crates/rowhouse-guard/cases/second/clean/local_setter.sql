-- A setter that sets for the transaction only.
-- base: ledger
--- setup
CREATE FUNCTION core.enter(t text) RETURNS text LANGUAGE sql AS $$ SELECT set_config('core.tenant', t, true) $$;
--- exploit
SELECT FROM core.customers WHERE tenant_slug = 'bolt';
