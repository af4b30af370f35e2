-- A hierarchical id compared by LIKE … || '%'.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
INSERT INTO accounts VALUES ('acme2', 'Not Acme');
INSERT INTO documents (account_id, title) VALUES ('acme2', 'of acme2');
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (account_id LIKE NULLIF(current_setting('app.tenant', true), '') || '%');
--- exploit
SELECT id FROM documents WHERE account_id = 'acme2';
