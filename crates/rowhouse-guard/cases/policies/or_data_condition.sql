-- Published rows of all tenants are visible.
-- object: public.projects
-- base: jwt
--- setup
ALTER TABLE projects ADD COLUMN is_public boolean NOT NULL DEFAULT true;
--- leak
CREATE POLICY "public projects" ON projects FOR SELECT TO {authenticated} USING (is_public);
--- exploit
SELECT id FROM projects WHERE tenant_id = '{B}';
