-- COALESCE falls back to the part of the token that users edit themselves.
-- object: public.projects
-- base: jwt
--- leak
DROP POLICY "own projects" ON projects;
CREATE POLICY "own projects" ON projects TO {authenticated}
    USING (tenant_id = COALESCE(auth.jwt() -> 'app_metadata' ->> 'tenant', auth.jwt() -> 'user_metadata' ->> 'tenant_id')::uuid);
--- twin
DROP POLICY "own projects" ON projects;
CREATE POLICY "own projects" ON projects TO {authenticated}
    USING (tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid);
--- own
SELECT FROM tasks;
--- exploit
SELECT id FROM projects WHERE tenant_id = '{B}';
