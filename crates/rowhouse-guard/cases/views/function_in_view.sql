-- The view itself is harmless; the function it calls reads everything as its owner.
-- object: public.all_titles()
-- object: public.titles
-- base: uuid
--- setup
RESET ROLE;
CREATE FUNCTION all_titles() RETURNS SETOF items LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM items $$;
REVOKE EXECUTE ON FUNCTION all_titles() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION all_titles() TO {app};
--- leak
RESET ROLE;
CREATE VIEW titles AS SELECT tenant_id, title FROM all_titles();
GRANT SELECT ON titles TO {app};
--- twin
RESET ROLE;
ALTER FUNCTION all_titles() SECURITY INVOKER;
CREATE VIEW titles AS SELECT tenant_id, title FROM all_titles();
GRANT SELECT ON titles TO {app};
--- exploit
SELECT title FROM titles WHERE tenant_id = '{B}';
