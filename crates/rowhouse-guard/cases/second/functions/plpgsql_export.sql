-- An export of everything as JSON, made for support.
-- object: app.export_json()
-- base: hasura
--- setup
RESET ROLE; CREATE FUNCTION app.export_json() RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE j jsonb; BEGIN SELECT jsonb_agg(t) INTO j FROM task t; RETURN j; END $$;
--- leak
SELECT 1;
--- twin
RESET ROLE; REVOKE EXECUTE ON FUNCTION app.export_json() FROM PUBLIC;
--- exploit
SELECT WHERE app.export_json()::text LIKE '%bob%';
