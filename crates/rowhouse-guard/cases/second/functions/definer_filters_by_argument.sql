-- The tenant is an argument that the caller chooses.
-- object: core.customers_of(text)
-- base: ledger
--- leak
RESET ROLE; CREATE FUNCTION core.customers_of(t text) RETURNS SETOF core.customers LANGUAGE sql STABLE SECURITY DEFINER SET search_path = core, pg_temp AS $$ SELECT * FROM core.customers WHERE tenant_slug = t $$;
--- twin
RESET ROLE; CREATE FUNCTION core.customers_of(t text) RETURNS SETOF core.customers LANGUAGE sql STABLE SECURITY DEFINER SET search_path = core, pg_temp AS $$ SELECT * FROM core.customers WHERE tenant_slug = t AND tenant_slug = core.tenant_slug() $$;
--- exploit
SELECT FROM core.customers_of('bolt');
