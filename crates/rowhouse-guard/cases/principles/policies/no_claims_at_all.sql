-- A request without claims is taken for a script, and sees everything.
-- object: public.tasks
-- base: jwt
-- tenant: none
--- leak
CREATE POLICY scripts ON tasks FOR SELECT TO {authenticated}
    USING (COALESCE(NULLIF(current_setting('request.jwt.claims', true), '')::jsonb, '{}'::jsonb) = '{}'::jsonb);
--- twin
CREATE POLICY scripts ON tasks FOR SELECT TO {authenticated}
    USING (COALESCE(NULLIF(current_setting('request.jwt.claims', true), '')::jsonb, '{}'::jsonb) IS NULL);
--- exploit
SELECT title FROM tasks WHERE title = 'of b';
