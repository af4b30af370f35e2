-- The helper gives the first tenant when there is none.
-- object: core.tenant_slug()
-- object: core.customers
-- base: ledger
-- tenant: none
--- leak
CREATE OR REPLACE FUNCTION core.tenant_slug() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('core.tenant', true), ''), 'bolt') $$;
--- exploit
SELECT FROM core.customers WHERE tenant_slug = 'bolt';
