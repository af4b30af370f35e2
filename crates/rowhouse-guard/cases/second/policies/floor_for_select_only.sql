-- The floor is only under SELECT.
-- object: public.documents
-- base: wiki
--- setup
ALTER POLICY ws ON documents USING (deleted_at IS NULL);
--- leak
CREATE POLICY floor ON documents AS RESTRICTIVE FOR SELECT USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
--- twin
CREATE POLICY floor ON documents AS RESTRICTIVE USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
--- exploit
DELETE FROM documents;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM documents WHERE workspace_id = '{B}');
