-- A directive lets columns win over variables, and the variable is called like the column.
-- object: public.list_folders()
-- base: projects
--- setup
RESET ROLE;
--- leak
RESET ROLE;
CREATE FUNCTION list_folders() RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE org_id uuid := current_setting('app.org_id')::uuid;
BEGIN
    RETURN QUERY SELECT f.name FROM folders f WHERE f.org_id = org_id;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION list_folders() RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_org_id uuid := current_setting('app.org_id')::uuid;
BEGIN
    RETURN QUERY SELECT f.name FROM folders f WHERE f.org_id = v_org_id;
END $$;
--- exploit
SELECT n FROM list_folders() n WHERE n = 'root of b';
