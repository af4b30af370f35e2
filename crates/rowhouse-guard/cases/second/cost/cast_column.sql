-- The column is cast, so no index serves.
-- object: public.documents
-- level: note
-- base: wiki
--- setup
CREATE INDEX ON documents (workspace_id);
--- leak
ALTER POLICY ws ON documents USING (workspace_id::text = (SELECT current_setting('wiki.workspace')));
