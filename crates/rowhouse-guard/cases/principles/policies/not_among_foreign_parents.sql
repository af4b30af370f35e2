-- Not in a foreign document; but foreign documents are hidden, so none is foreign.
-- object: public.revisions
-- base: text
--- setup
ALTER TABLE revisions DROP CONSTRAINT revisions_document_id_fkey;
--- leak
ALTER POLICY own ON revisions USING (document_id NOT IN (
    SELECT d.id FROM documents d WHERE d.account_id <> current_setting('app.tenant')));
--- twin
ALTER POLICY own ON revisions USING (document_id IN (
    SELECT d.id FROM documents d WHERE d.account_id = current_setting('app.tenant')));
--- exploit
SELECT content FROM revisions WHERE content = 'of b';
