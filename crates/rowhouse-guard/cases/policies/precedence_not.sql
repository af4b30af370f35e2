-- NOT over the wrong part: De Morgan makes an OR of it.
-- object: public.documents
-- base: text
--- setup
ALTER TABLE documents ADD COLUMN archived boolean NOT NULL DEFAULT false;
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents
    USING (NOT (account_id <> current_setting('app.tenant') AND archived));
--- twin
DROP POLICY own ON documents;
CREATE POLICY own ON documents
    USING (NOT (account_id <> current_setting('app.tenant') OR archived));
--- exploit
SELECT id FROM documents WHERE account_id = '{B}';
