-- What cannot be compared is let through.
-- object: crm.replies
-- base: other-schema
-- tenant: none
--- leak
DROP POLICY workspace ON crm.replies;
CREATE POLICY workspace ON crm.replies USING (COALESCE(workspace_id = (SELECT crm.current_workspace()), true));
--- twin
DROP POLICY workspace ON crm.replies;
CREATE POLICY workspace ON crm.replies USING (COALESCE(workspace_id = (SELECT crm.current_workspace()), false));
--- exploit
SELECT id FROM crm.replies WHERE workspace_id = {B};
