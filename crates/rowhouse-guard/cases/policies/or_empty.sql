-- After the first transaction that set it, the setting is empty, and an empty one lets everything through.
-- object: public.documents
-- base: text
-- tenant: none
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents
    USING (current_setting('app.tenant', true) = '' OR account_id = current_setting('app.tenant', true));
--- twin
DROP POLICY own ON documents;
CREATE POLICY own ON documents
    USING (current_setting('app.tenant', true) <> '' AND account_id = current_setting('app.tenant', true));
--- exploit
BEGIN;
SELECT set_config('app.tenant', 'acme', true);
COMMIT;
SELECT id FROM documents WHERE account_id = 'bolt';
