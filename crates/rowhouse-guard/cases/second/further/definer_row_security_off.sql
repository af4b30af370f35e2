-- A function of a bypassing role with row_security = off.
-- object: public.user_total()
-- base: shop
--- setup
CREATE FUNCTION user_total() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET row_security = off AS $$ BEGIN RETURN (SELECT count(*) FROM users); END $$;
RESET ROLE; ALTER FUNCTION user_total() OWNER TO {reporting};
--- leak
SELECT 1;
--- twin
RESET ROLE; REVOKE EXECUTE ON FUNCTION user_total() FROM PUBLIC;
--- exploit
SELECT WHERE user_total() > 1;
