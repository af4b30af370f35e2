-- It returns a cursor, and whoever fetches from it reads what its opener could.
-- object: crm.open_tickets()
-- base: other-schema
--- leak
RESET ROLE;
CREATE FUNCTION crm.open_tickets() RETURNS refcursor LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
DECLARE all_tickets refcursor := 'all_tickets';
BEGIN
    OPEN all_tickets FOR SELECT * FROM tickets WHERE workspace_id <> current_workspace();
    RETURN all_tickets;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION crm.open_tickets() RETURNS refcursor LANGUAGE plpgsql SECURITY INVOKER SET search_path = crm, pg_temp AS $$
DECLARE all_tickets refcursor := 'all_tickets';
BEGIN
    OPEN all_tickets FOR SELECT * FROM tickets WHERE workspace_id <> current_workspace();
    RETURN all_tickets;
END $$;
--- exploit
SELECT crm.open_tickets();
FETCH ALL FROM all_tickets;
