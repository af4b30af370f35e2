-- A function empties a table of everybody's rows.
-- object: public.reset_demo()
-- base: sensors
--- setup
CREATE FUNCTION reset_demo() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN TRUNCATE devices; END $$;
--- leak
--- twin
REVOKE EXECUTE ON FUNCTION reset_demo() FROM PUBLIC;
--- exploit
SELECT reset_demo();
SELECT 1;
--- proof
SELECT 1 WHERE NOT EXISTS (SELECT FROM devices);
