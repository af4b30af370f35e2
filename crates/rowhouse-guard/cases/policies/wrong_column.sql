-- The wrong column is compared: who wrote the row, not whose it is.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
UPDATE documents SET author = 'acme' WHERE account_id = 'bolt';
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (author = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- own
SELECT FROM accounts;
--- exploit
SELECT id FROM documents WHERE account_id = '{B}';
