-- The helper answers true when the setting cannot be read as a key.
-- object: public.files
-- object: public.is_own(uuid)
-- base: projects
--- setup
CREATE FUNCTION is_own(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN org = current_setting('app.org_id')::uuid;
EXCEPTION WHEN others THEN
    RETURN false;
END $$;
DROP POLICY org ON files;
CREATE POLICY org ON files USING (is_own(org_id));
--- leak
CREATE OR REPLACE FUNCTION is_own(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN org = current_setting('app.org_id')::uuid;
EXCEPTION WHEN others THEN
    RETURN true;
END $$;
--- exploit
SELECT set_config('app.org_id', 'none', true);
SELECT name FROM files WHERE org_id = '{B}';
