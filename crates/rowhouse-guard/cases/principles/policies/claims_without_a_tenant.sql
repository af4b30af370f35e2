-- Claims that name no tenant are taken for the operator's.
-- object: public.tasks
-- base: jwt
--- leak
CREATE POLICY also ON tasks FOR SELECT TO {authenticated}
    USING ((COALESCE(NULLIF(current_setting('request.jwt.claims', true), ''), '{}')::jsonb #>> '{app_metadata,tenant_id}') IS NULL);
--- twin
CREATE POLICY also ON tasks FOR SELECT TO {authenticated}
    USING ((COALESCE(NULLIF(current_setting('request.jwt.claims', true), ''), '{}')::jsonb #>> '{app_metadata,tenant_id}')::uuid = tenant_id);
--- exploit
SELECT set_config('request.jwt.claims', '{}', true);
SELECT title FROM tasks WHERE title = 'of b';
