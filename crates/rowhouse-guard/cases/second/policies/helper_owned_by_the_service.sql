-- The service owns the helper and can replace it.
-- object: core.tenant_slug()
-- object: role:{svc_billing}
-- base: ledger
--- leak
RESET ROLE; GRANT CREATE ON SCHEMA core TO {svc_billing}; ALTER FUNCTION core.tenant_slug() OWNER TO {svc_billing};
--- exploit
CREATE OR REPLACE FUNCTION core.tenant_slug() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'bolt' $$; SELECT FROM billing.invoices WHERE tenant_slug = 'bolt';
