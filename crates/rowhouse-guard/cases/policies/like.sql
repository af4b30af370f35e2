-- LIKE takes an underscore for any character, and ids may hold one.
-- object: public.documents
-- base: text
-- tenant: none
--- setup
RESET ROLE;
INSERT INTO accounts VALUES ('b_lt', 'with an underscore');
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (account_id LIKE current_setting('app.tenant'));
--- exploit
BEGIN;
SELECT set_config('app.tenant', 'b_lt', true);
SELECT id FROM documents WHERE account_id = 'bolt';
