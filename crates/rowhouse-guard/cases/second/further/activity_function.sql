-- A monitoring function over pg_stat_activity runs as the superuser.
-- object: public.running()
-- base: realm
--- setup
RESET ROLE; CREATE FUNCTION running() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT query FROM pg_stat_activity WHERE usename <> session_user AND query <> '' $$;
--- leak
RESET ROLE; GRANT EXECUTE ON FUNCTION running() TO {keycloak};
--- twin
RESET ROLE; REVOKE EXECUTE ON FUNCTION running() FROM PUBLIC;
--- exploit
SELECT FROM running();
