-- The front desk deletes customers by a definer function that the service may not call.
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {frontdesk} LOGIN;
CREATE FUNCTION forget(wanted uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ DELETE FROM comments WHERE tenant_id = wanted $$;
REVOKE EXECUTE ON FUNCTION forget(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget(uuid) TO {frontdesk};
--- exploit
SELECT forget('{B}');
