-- A plpgsql helper without a sub-select around it is called for each row of a sequential scan.
-- object: crm.workspace_of_request()
-- object: crm.tickets
-- base: other-schema
-- level: note
--- setup
CREATE FUNCTION crm.workspace_of_request() RETURNS bigint LANGUAGE plpgsql STABLE
    AS $$ BEGIN RETURN NULLIF(current_setting('app.workspace', true), '')::bigint; END $$;
DROP POLICY workspace ON crm.tickets;
--- leak
CREATE POLICY workspace ON crm.tickets USING (workspace_id = crm.workspace_of_request());
--- twin
CREATE POLICY workspace ON crm.tickets USING (workspace_id = (SELECT crm.workspace_of_request()));
