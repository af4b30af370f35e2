-- All tenants share one role, so who is connected says nothing.
-- object: public.documents
-- base: text
--- setup
ALTER TABLE documents ADD COLUMN created_by name DEFAULT '{app}';
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (created_by = current_user);
--- exploit
SELECT id FROM documents WHERE account_id = '{B}';
