-- A second setting narrows within the tenant.
-- base: wiki
--- setup
ALTER TABLE documents ADD COLUMN author text;
ALTER POLICY ws ON documents USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid) AND (author = current_setting('wiki.user', true) OR current_setting('wiki.role', true) = 'admin' OR author IS NULL));
--- exploit
SELECT set_config('wiki.role', 'admin', true); SELECT FROM documents WHERE workspace_id = '{B}';
