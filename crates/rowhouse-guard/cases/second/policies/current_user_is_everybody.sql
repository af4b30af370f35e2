-- Rows are bound to the login, and there is one login.
-- object: public.uploads
-- base: wiki
--- setup
CREATE TABLE uploads (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), workspace_id uuid NOT NULL REFERENCES workspaces, created_by name NOT NULL DEFAULT current_user, file text);
INSERT INTO uploads (workspace_id, created_by, file) VALUES ('{B}', '{backend}', 'b');
ALTER TABLE uploads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT ON uploads TO {backend};
--- leak
CREATE POLICY mine ON uploads USING (created_by = current_user);
--- twin
CREATE POLICY mine ON uploads USING (created_by = current_user AND workspace_id = (SELECT current_setting('wiki.workspace')::uuid));
--- exploit
SELECT FROM uploads WHERE workspace_id = '{B}';
