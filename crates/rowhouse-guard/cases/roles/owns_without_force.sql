-- The app role owns a table whose row security is not forced.
-- object: crm.tickets
-- object: role:{app}
-- base: other-schema
--- leak
RESET ROLE;
ALTER TABLE crm.tickets OWNER TO {app};
ALTER TABLE crm.tickets NO FORCE ROW LEVEL SECURITY;
--- exploit
SELECT id FROM crm.tickets WHERE workspace_id = {B};
