-- Everything is let through when the service itself asks, and it is always the service that asks.
-- object: crm.tickets
-- base: other-schema
--- leak
DROP POLICY workspace ON crm.tickets;
CREATE POLICY workspace ON crm.tickets
    USING (current_user = '{app}' OR workspace_id = (SELECT crm.current_workspace()));
--- twin
DROP POLICY workspace ON crm.tickets;
CREATE POLICY workspace ON crm.tickets
    USING (current_user = '{app}' AND workspace_id = (SELECT crm.current_workspace()));
--- exploit
SELECT id FROM crm.tickets WHERE workspace_id = {B};
