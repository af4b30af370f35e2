-- True by construction: the setting compared with itself, by way of a mistyped column.
-- object: crm.replies
-- base: other-schema
--- leak
DROP POLICY workspace ON crm.replies;
CREATE POLICY workspace ON crm.replies
    USING ((SELECT crm.current_workspace()) = current_setting('app.workspace')::bigint);
--- exploit
SELECT id FROM crm.replies WHERE workspace_id = {B};
