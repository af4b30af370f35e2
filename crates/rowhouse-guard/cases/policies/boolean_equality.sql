-- Two truths compared: not one's own and not private is as equal as one's own and private.
-- object: public.documents
-- base: text
--- setup
ALTER TABLE documents ADD COLUMN private boolean NOT NULL DEFAULT false;
RESET ROLE;
UPDATE documents SET private = true WHERE account_id = 'acme';
SET ROLE {owner};
DROP POLICY own ON documents;
--- leak
CREATE POLICY own ON documents USING ((account_id = current_setting('app.tenant')) = private);
--- twin
CREATE POLICY own ON documents USING ((account_id = current_setting('app.tenant')) AND private);
--- exploit
SELECT id FROM documents WHERE account_id = '{B}';
