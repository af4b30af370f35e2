-- Blanks at the end do not count in char(n): two ids are one.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
INSERT INTO accounts VALUES ('acme ', 'with a blank');
INSERT INTO documents (account_id, title) VALUES ('acme ', 'of the blank');
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (account_id::char(20) = current_setting('app.tenant')::char(20));
--- exploit
SELECT id FROM documents WHERE account_id = 'acme ';
