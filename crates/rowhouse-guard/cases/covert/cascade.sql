-- Deleting one's own row deletes another tenant's that refers to it.
-- object: public.shared_links
-- base: text
-- refused: 23503
--- setup
CREATE TABLE shared_links (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text NOT NULL REFERENCES accounts,
    document_id uuid
);
CREATE INDEX ON shared_links (account_id, document_id);
ALTER TABLE documents ADD UNIQUE (account_id, id);
RESET ROLE;
DELETE FROM revisions;
SET ROLE {owner};
ALTER TABLE shared_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared_links FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shared_links USING (account_id = (SELECT NULLIF(current_setting('app.tenant', true), '')));
GRANT SELECT, INSERT ON shared_links TO {app};
--- leak
ALTER TABLE shared_links ADD FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE;
RESET ROLE;
INSERT INTO shared_links (account_id, document_id) VALUES ('bolt', 'aaaaaaaa-0000-4000-8000-000000000001');
--- twin
ALTER TABLE shared_links ADD FOREIGN KEY (account_id, document_id) REFERENCES documents (account_id, id) ON DELETE CASCADE;
RESET ROLE;
INSERT INTO shared_links (account_id, document_id) VALUES ('bolt', 'bbbbbbbb-0000-4000-8000-000000000001');
--- own
SELECT FROM documents;
--- exploit
DELETE FROM documents;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM shared_links WHERE account_id = 'bolt');
