-- A guard that raises a warning and goes on.
-- object: public.remove_folder(uuid,uuid)
-- base: projects
--- setup
RESET ROLE;
UPDATE folders SET id = org_id;
--- leak
RESET ROLE;
CREATE FUNCTION remove_folder(p_org uuid, p_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_org IS DISTINCT FROM current_setting('app.org_id')::uuid THEN RAISE WARNING 'tenant % is not yours', p_org; END IF;
    DELETE FROM folders WHERE org_id = p_org AND id = p_id;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION remove_folder(p_org uuid, p_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_org IS DISTINCT FROM current_setting('app.org_id')::uuid THEN RAISE EXCEPTION 'tenant % is not yours', p_org USING ERRCODE = '42501'; END IF;
    DELETE FROM folders WHERE org_id = p_org AND id = p_id;
END $$;
--- exploit
SELECT remove_folder('{B}', '{B}');
--- proof
SELECT 1 WHERE NOT EXISTS (SELECT FROM folders WHERE org_id = '{B}');
