-- The helper keeps what it found in a setting of the session, which the next tenant on the connection inherits.
-- object: public.files
-- object: public.cached_org()
-- base: projects
-- tenant: none
--- setup
CREATE FUNCTION cached_org() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN NULLIF(current_setting('app.org_id', true), '')::uuid;
END $$;
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id = (SELECT cached_org()));
--- leak
CREATE OR REPLACE FUNCTION cached_org() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF coalesce(current_setting('app.cached_org', true), '') = '' THEN
        PERFORM set_config('app.cached_org', current_setting('app.org_id'), false);
    END IF;
    RETURN current_setting('app.cached_org')::uuid;
END $$;
--- exploit
BEGIN; SELECT set_config('app.org_id', '{B}', true); SELECT name FROM files; COMMIT;
BEGIN; SELECT set_config('app.org_id', '{A}', true); SELECT name FROM files WHERE org_id = '{B}';
