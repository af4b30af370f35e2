-- Two conditions joined with AND, and a policy that only narrows.
-- base: wiki
--- setup
ALTER POLICY ws ON documents USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid) AND deleted_at IS NULL);
CREATE POLICY locked ON documents AS RESTRICTIVE FOR DELETE USING (title <> 'locked');
--- exploit
SELECT FROM documents WHERE workspace_id = '{B}';
