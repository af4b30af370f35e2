-- A new tenant makes its own row, with the id it was given.
-- base: wiki
--- setup
CREATE POLICY signup ON workspaces FOR INSERT WITH CHECK (id = (SELECT current_setting('wiki.workspace')::uuid)); GRANT INSERT ON workspaces TO {backend};
--- exploit
SELECT FROM workspaces WHERE id = '{B}';
