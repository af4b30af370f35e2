-- Rows that nobody is assigned to are everybody's.
-- object: crm.tickets
-- base: other-schema
--- setup
RESET ROLE;
UPDATE crm.tickets SET assignee = NULL WHERE id = 3;
--- leak
DROP POLICY workspace ON crm.tickets;
CREATE POLICY workspace ON crm.tickets
    USING (workspace_id = (SELECT crm.current_workspace()) OR assignee IS NULL);
--- twin
DROP POLICY workspace ON crm.tickets;
CREATE POLICY workspace ON crm.tickets
    USING (workspace_id = (SELECT crm.current_workspace()) AND (assignee IS NULL OR assignee <> 'nobody'));
--- exploit
SELECT id FROM crm.tickets WHERE workspace_id = {B};
