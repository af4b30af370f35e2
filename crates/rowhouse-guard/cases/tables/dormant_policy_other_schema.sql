-- FORCE alone does nothing while row security is disabled.
-- object: crm.replies
-- base: other-schema
--- leak
ALTER TABLE crm.replies DISABLE ROW LEVEL SECURITY;
ALTER TABLE crm.replies FORCE ROW LEVEL SECURITY;
--- exploit
SELECT id FROM crm.replies WHERE workspace_id = {B};
