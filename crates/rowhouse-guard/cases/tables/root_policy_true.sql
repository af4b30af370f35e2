-- The table of tenants is protected by a policy that lets all through.
-- object: crm.workspaces
-- base: other-schema
--- leak
DROP POLICY workspace ON crm.workspaces;
CREATE POLICY workspace ON crm.workspaces FOR SELECT USING (true);
--- exploit
SELECT name FROM crm.workspaces WHERE id = {B};
