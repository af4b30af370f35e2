-- The column is compared with itself.
-- object: public.documents
-- base: wiki
--- leak
ALTER POLICY ws ON documents USING (documents.workspace_id = workspace_id AND current_setting('wiki.workspace') <> '');
--- exploit
SELECT FROM documents WHERE workspace_id = '{B}';
