-- A function sets the tenant for the session, and the pool hands the session to the next request.
-- object: public.login(uuid)
-- base: uuid
-- tenant: none
--- leak
CREATE FUNCTION login(tenant uuid) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN PERFORM set_config('app.current_tenant_id', tenant::text, false); END $$;
--- twin
CREATE FUNCTION login(tenant uuid) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN PERFORM set_config('app.current_tenant_id', tenant::text, true); END $$;
--- exploit
BEGIN;
SELECT login('{B}');
COMMIT;
BEGIN;
SELECT id FROM items WHERE NULLIF(current_setting('app.current_tenant_id'), '') IS NOT NULL;
