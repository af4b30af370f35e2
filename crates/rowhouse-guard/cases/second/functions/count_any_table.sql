-- A helper for administrators that counts the rows of any table.
-- object: public."countRows"(regclass)
-- base: orm
--- setup
RESET ROLE; CREATE FUNCTION "countRows"(t regclass) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n bigint; BEGIN EXECUTE 'SELECT count(*) FROM ' || t INTO n; RETURN n; END $$;
--- leak
SELECT 1;
--- twin
RESET ROLE; REVOKE EXECUTE ON FUNCTION "countRows"(regclass) FROM PUBLIC;
--- exploit
SELECT WHERE "countRows"('"Document"') > 1;
