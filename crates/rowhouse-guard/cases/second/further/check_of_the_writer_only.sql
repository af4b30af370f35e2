-- The row after the update is checked for its author, not its tenant.
-- object: public.documents
-- base: wiki
--- setup
ALTER TABLE blocks DROP CONSTRAINT blocks_document_id_fkey;
DROP POLICY ws ON documents;
CREATE POLICY s ON documents FOR SELECT USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
CREATE POLICY d ON documents FOR DELETE USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
CREATE POLICY i ON documents FOR INSERT WITH CHECK (workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
--- leak
CREATE POLICY u ON documents FOR UPDATE USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid)) WITH CHECK (title <> '');
--- twin
CREATE POLICY u ON documents FOR UPDATE USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid)) WITH CHECK (title <> '' AND workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
--- exploit
UPDATE documents SET workspace_id = '{B}', title = 'planted';
--- proof
SELECT FROM documents WHERE workspace_id = '{B}' AND title = 'planted';
