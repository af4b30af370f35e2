-- The view's owner has BYPASSRLS.
-- object: crm.open_tickets
-- base: other-schema
--- setup
RESET ROLE;
CREATE ROLE {reporter} BYPASSRLS NOLOGIN;
GRANT USAGE, CREATE ON SCHEMA crm TO {reporter};
GRANT SELECT ON crm.tickets TO {reporter};
SET ROLE {owner};
CREATE VIEW crm.open_tickets AS SELECT * FROM crm.tickets;
GRANT SELECT ON crm.open_tickets TO {app};
--- leak
RESET ROLE;
ALTER VIEW crm.open_tickets OWNER TO {reporter};
--- exploit
SELECT id FROM crm.open_tickets WHERE workspace_id = {B};
