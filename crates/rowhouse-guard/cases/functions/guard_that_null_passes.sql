-- A guard compares the argument with a setting that may be missing, and a comparison with nothing raises nothing.
-- object: public.org_files(uuid)
-- base: projects
--- leak
RESET ROLE;
CREATE FUNCTION org_files(p_org uuid) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_org <> NULLIF(current_setting('app.org_id', true), '')::uuid THEN RAISE EXCEPTION 'not yours' USING ERRCODE = '42501'; END IF;
    RETURN QUERY SELECT f.name FROM files f WHERE f.org_id = p_org;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION org_files(p_org uuid) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_org IS DISTINCT FROM NULLIF(current_setting('app.org_id', true), '')::uuid THEN RAISE EXCEPTION 'not yours' USING ERRCODE = '42501'; END IF;
    RETURN QUERY SELECT f.name FROM files f WHERE f.org_id = p_org;
END $$;
--- exploit
SELECT set_config('app.org_id', '', true);
SELECT f FROM org_files('{B}') f;
