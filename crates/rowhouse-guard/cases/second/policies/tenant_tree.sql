-- A tenant also sees those that name it as their parent, and any may name it.
-- object: public.workspaces
-- base: wiki
--- setup
ALTER TABLE workspaces ADD COLUMN kind text NOT NULL DEFAULT 'team';
--- leak
ALTER POLICY ws ON workspaces USING (id = (SELECT current_setting('wiki.workspace')::uuid) OR kind = 'team');
--- exploit
SELECT FROM workspaces WHERE id = '{B}';
