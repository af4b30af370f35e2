-- The tenant is taken from the part of the token that users edit themselves.
-- object: public.tasks
-- base: jwt
--- leak
DROP POLICY "own tasks" ON tasks;
CREATE POLICY "own tasks" ON tasks TO {authenticated}
    USING (tenant_id = ((SELECT auth.jwt()) -> 'user_metadata' ->> 'tenant_id')::uuid);
--- own
SELECT FROM projects;
--- exploit
SELECT id FROM tasks WHERE tenant_id = '{B}';
