-- A member of a member can SET ROLE to it as well.
-- object: role:{app}
-- base: other-schema
--- setup
RESET ROLE;
CREATE ROLE {batch} BYPASSRLS NOLOGIN;
CREATE ROLE {team} NOLOGIN;
GRANT USAGE ON SCHEMA crm TO {batch};
GRANT SELECT ON crm.tickets TO {batch};
GRANT {team} TO {app};
--- leak
RESET ROLE;
GRANT {batch} TO {team};
--- exploit
SET LOCAL ROLE {batch};
SELECT id FROM crm.tickets WHERE workspace_id = {B};
