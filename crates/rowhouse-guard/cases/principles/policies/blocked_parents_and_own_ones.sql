-- A second NOT EXISTS beside the look-up of the own parent takes rows away and gives none.
-- base: text
--- setup
CREATE TABLE withdrawn (document_id uuid PRIMARY KEY REFERENCES documents);
ALTER POLICY own ON revisions USING (
    EXISTS (SELECT 1 FROM documents d WHERE d.id = revisions.document_id AND d.account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')))
    AND NOT EXISTS (SELECT 1 FROM documents w WHERE w.id = revisions.document_id AND w.author IS NULL));
--- exploit
SELECT content FROM revisions WHERE content = 'of b';
