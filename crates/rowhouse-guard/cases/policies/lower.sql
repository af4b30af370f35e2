-- Ids that differ in case only are different tenants, and the policy folds the case.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
INSERT INTO accounts VALUES ('ACME', 'another Acme');
INSERT INTO documents (account_id, title) VALUES ('ACME', 'of the other');
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (lower(account_id) = lower(current_setting('app.tenant')));
--- exploit
SELECT id FROM documents WHERE account_id = 'ACME';
