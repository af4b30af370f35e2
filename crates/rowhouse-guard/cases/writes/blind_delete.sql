-- DELETE without WHERE needs no SELECT policy.
-- object: public.documents
-- base: text
--- setup
DROP TABLE revisions;
DROP POLICY own ON documents;
CREATE POLICY own_read ON documents FOR SELECT
    USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- leak
CREATE POLICY remove ON documents FOR DELETE USING (true);
--- twin
CREATE POLICY remove ON documents FOR DELETE
    USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
--- own
SELECT FROM documents;
--- exploit
DELETE FROM documents;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM documents WHERE account_id = 'bolt');
