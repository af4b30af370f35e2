-- A definer function asks over dblink, as a login that sees everything.
-- object: public.everything()
-- base: uuid
-- extension: dblink
--- setup
RESET ROLE;
CREATE EXTENSION dblink;
CREATE ROLE {sees_all} LOGIN BYPASSRLS;
GRANT SELECT ON items TO {sees_all};
CREATE FUNCTION everything() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT t.secret FROM dblink('host={socket} port={port} dbname={db} user={sees_all}', 'SELECT secret FROM items') AS t (secret text);
END $$;
--- leak
SELECT 1;
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION everything() FROM PUBLIC;
--- exploit
SELECT everything FROM everything() WHERE everything = 'b-secret';
