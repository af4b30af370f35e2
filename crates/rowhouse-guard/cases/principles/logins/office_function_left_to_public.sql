-- A function of the front desk, but nobody took EXECUTE from PUBLIC, and the service is everybody too.
-- object: public.forget(uuid)
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {frontdesk} LOGIN;
CREATE FUNCTION forget(wanted uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ WITH gone AS (DELETE FROM comments WHERE tenant_id = wanted RETURNING 1) SELECT count(*) FROM gone $$;
GRANT EXECUTE ON FUNCTION forget(uuid) TO {frontdesk};
--- leak
SELECT 1;
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION forget(uuid) FROM PUBLIC;
--- exploit
SELECT 1 WHERE forget('{B}') > 0;
