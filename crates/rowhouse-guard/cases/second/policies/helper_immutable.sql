-- Declared IMMUTABLE, the helper is folded into cached plans.
-- object: core.tenant_slug()
-- base: ledger
-- tenant: none
--- leak
ALTER FUNCTION core.tenant_slug() IMMUTABLE;
ALTER POLICY p_tenant ON billing.payments USING (tenant_slug = core.tenant_slug());
--- twin
ALTER POLICY p_tenant ON billing.payments USING (tenant_slug = core.tenant_slug());
--- exploit
SET plan_cache_mode = force_generic_plan; SELECT set_config('core.tenant', 'bolt', false); PREPARE q AS SELECT iban FROM billing.payments WHERE iban = 'iban-b';
EXECUTE q; SELECT set_config('core.tenant', 'acme', false); EXECUTE q;
