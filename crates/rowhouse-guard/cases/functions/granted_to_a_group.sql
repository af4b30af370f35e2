-- A function for back-office staff, granted to a group that the app role is in.
-- object: public."AllItems"()
-- base: mixed-case
--- setup
RESET ROLE;
CREATE ROLE {office} NOLOGIN;
CREATE FUNCTION "AllItems"() RETURNS SETOF "Items" LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM "Items" $$;
REVOKE EXECUTE ON FUNCTION "AllItems"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "AllItems"() TO {office};
--- leak
RESET ROLE;
GRANT {office} TO {app};
--- exploit
SELECT "Id" FROM "AllItems"() WHERE "tenantId" = '{B}';
