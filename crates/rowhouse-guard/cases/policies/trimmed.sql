-- Both sides are trimmed of characters that ids may hold.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
INSERT INTO accounts VALUES ('-acme-', 'with dashes');
INSERT INTO documents (account_id, title) VALUES ('-acme-', 'of the dashes');
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents
    USING (btrim(account_id, '-') = btrim(NULLIF(current_setting('app.tenant', true), ''), '-'));
--- exploit
SELECT id FROM documents WHERE account_id = '-acme-';
