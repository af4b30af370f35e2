-- Definer functions that refuse another tenant than the setting's before they read, by themselves and by a helper.
-- base: projects
-- refused: P0001
--- setup
RESET ROLE;
CREATE FUNCTION must_be_ours(p_org uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_org IS DISTINCT FROM NULLIF(current_setting('app.org_id', true), '')::uuid THEN RAISE EXCEPTION 'not yours'; END IF;
END $$;
CREATE FUNCTION org_projects(p_org uuid) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM must_be_ours(p_org);
    RETURN QUERY SELECT p.name FROM projects p WHERE p.org_id = p_org;
END $$;
CREATE FUNCTION rename_project(p_id uuid, p_name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_org uuid := NULLIF(current_setting('app.org_id', true), '')::uuid;
BEGIN
    IF v_org IS NULL THEN RAISE EXCEPTION 'no tenant'; END IF;
    UPDATE projects SET name = p_name WHERE id = p_id AND org_id = v_org;
    IF NOT FOUND THEN RAISE EXCEPTION 'no such project'; END IF;
END $$;
--- exploit
SELECT * FROM org_projects('{B}');
