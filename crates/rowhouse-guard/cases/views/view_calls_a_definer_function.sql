-- A view that runs as its caller reads from a function that runs as a superuser.
-- object: public.all_files()
-- object: public.file_list
-- base: projects
--- setup
RESET ROLE;
CREATE FUNCTION all_files() RETURNS TABLE (org uuid, file text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT f.org_id, f.name FROM public.files f; END;
CREATE VIEW file_list WITH (security_invoker) AS SELECT file FROM all_files();
GRANT SELECT ON file_list TO {app};
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION all_files() SECURITY INVOKER;
--- exploit
SELECT file FROM file_list WHERE file = 'b.pdf';
