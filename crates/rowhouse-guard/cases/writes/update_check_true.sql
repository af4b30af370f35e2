-- A row of one's own can be given to another tenant, if the UPDATE reads nothing and so asks no SELECT policy.
-- object: crm.tickets
-- base: other-schema
--- setup
DROP TABLE crm.replies;
--- leak
DROP POLICY workspace ON crm.tickets;
CREATE POLICY workspace ON crm.tickets
    USING (workspace_id = (SELECT crm.current_workspace())) WITH CHECK (true);
--- exploit
UPDATE crm.tickets SET workspace_id = {B}, subject = 'moved';
--- proof
SELECT FROM crm.tickets WHERE workspace_id = {B} AND subject = 'moved';
