-- The report builder sends whole queries; the function runs them as the reporting user.
-- object: public.run_report(text)
-- base: third_rails
--- setup
RESET ROLE;
CREATE ROLE {reporter} NOLOGIN BYPASSRLS;
GRANT SELECT ON courses, lessons TO {reporter};
--- leak
RESET ROLE;
CREATE FUNCTION run_report(query text) RETURNS SETOF jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN RETURN QUERY EXECUTE 'SELECT to_jsonb(q) FROM (' || query || ') q'; END $$;
ALTER FUNCTION run_report(text) OWNER TO {reporter};
--- twin
RESET ROLE;
CREATE FUNCTION run_report(query text) RETURNS SETOF jsonb LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN RETURN QUERY EXECUTE 'SELECT to_jsonb(q) FROM (' || query || ') q'; END $$;
ALTER FUNCTION run_report(text) OWNER TO {reporter};
--- exploit
SELECT run_report FROM run_report('SELECT title FROM courses WHERE account_id = 202');
