-- A constant that is not spelled "true".
-- object: crm.tickets
-- base: other-schema
--- leak
DROP POLICY workspace ON crm.tickets;
CREATE POLICY workspace ON crm.tickets USING (1 = 1);
--- exploit
SELECT id FROM crm.tickets WHERE workspace_id = {B};
