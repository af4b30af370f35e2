-- NOT (a OR b) with the wrong sign in it.
-- object: public.documents
-- base: text
--- leak
CREATE POLICY also ON documents FOR SELECT USING (NOT (account_id = current_setting('app.tenant') OR author IS NULL));
--- twin
CREATE POLICY also ON documents FOR SELECT USING (NOT (account_id <> current_setting('app.tenant') OR author IS NULL));
--- exploit
SELECT body FROM documents WHERE account_id = 'bolt';
