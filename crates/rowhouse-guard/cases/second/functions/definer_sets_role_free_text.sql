-- A function that runs any statement it is given, made for reports.
-- object: public.run_report(text)
-- base: wiki
--- setup
RESET ROLE; CREATE FUNCTION run_report(q text) RETURNS SETOF json LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN RETURN QUERY EXECUTE format('SELECT to_json(x) FROM (%s) x', q); END $$;
--- leak
RESET ROLE; GRANT EXECUTE ON FUNCTION run_report(text) TO {backend};
--- twin
RESET ROLE; REVOKE EXECUTE ON FUNCTION run_report(text) FROM PUBLIC;
--- exploit
SELECT FROM run_report('SELECT * FROM documents') AS r (j) WHERE j ->> 'title' = 'b';
