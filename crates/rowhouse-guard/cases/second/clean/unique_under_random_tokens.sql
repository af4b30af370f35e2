-- A random token is unique over all: it cannot be guessed.
-- base: wiki
--- setup
CREATE TABLE share_links (token uuid PRIMARY KEY DEFAULT gen_random_uuid(), workspace_id uuid NOT NULL REFERENCES workspaces, document_id uuid);
ALTER TABLE share_links ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY ws ON share_links USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid)); GRANT SELECT, DELETE ON share_links TO {backend};
--- exploit
SELECT FROM share_links;
