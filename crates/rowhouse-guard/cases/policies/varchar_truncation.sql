-- A cast to varchar(n) cuts: ids that begin alike are one.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
INSERT INTO accounts VALUES ('acmestic', 'Domestic');
INSERT INTO documents (account_id, title) VALUES ('acmestic', 'of the other');
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (account_id::varchar(4) = current_setting('app.tenant')::varchar(4));
--- exploit
SELECT id FROM documents WHERE account_id = 'acmestic';
