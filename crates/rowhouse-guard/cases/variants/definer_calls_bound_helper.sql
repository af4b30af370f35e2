-- A definer whose helper is given the setting.
-- base: uuid
--- setup
RESET ROLE; CREATE FUNCTION of_tenant(t uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT count(*) FROM items WHERE tenant_id = t $$; REVOKE EXECUTE ON FUNCTION of_tenant(uuid) FROM PUBLIC; CREATE FUNCTION mine() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT of_tenant(current_setting('app.current_tenant_id')::uuid) $$;
--- exploit
SELECT FROM items WHERE tenant_id = '{B}';
