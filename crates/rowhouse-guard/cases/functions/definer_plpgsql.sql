-- The same in plpgsql, in another schema, granted to the app role alone.
-- object: crm.export_tickets()
-- base: other-schema
--- leak
RESET ROLE;
CREATE FUNCTION crm.export_tickets() RETURNS TABLE (workspace bigint, subject text) LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = crm, pg_temp
    AS $$ BEGIN RETURN QUERY SELECT t.workspace_id, t.subject FROM tickets t; END $$;
REVOKE EXECUTE ON FUNCTION crm.export_tickets() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.export_tickets() TO {app};
--- twin
RESET ROLE;
CREATE FUNCTION crm.export_tickets() RETURNS TABLE (workspace bigint, subject text) LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = crm, pg_temp
    AS $$ BEGIN RETURN QUERY SELECT t.workspace_id, t.subject FROM tickets t; END $$;
REVOKE EXECUTE ON FUNCTION crm.export_tickets() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.export_tickets() TO {app};
--- exploit
SELECT subject FROM crm.export_tickets() WHERE workspace = {B};
