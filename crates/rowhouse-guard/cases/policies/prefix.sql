-- Every tenant whose id begins alike.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
INSERT INTO accounts VALUES ('acme-labs', 'Acme Labs');
INSERT INTO documents (account_id, title) VALUES ('acme-labs', 'of the labs');
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (starts_with(account_id, current_setting('app.tenant')));
--- exploit
SELECT id FROM documents WHERE account_id = 'acme-labs';
