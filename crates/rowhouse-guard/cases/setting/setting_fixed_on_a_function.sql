-- A function for demonstrations runs as its caller with another tenant's setting.
-- object: public.demo_files()
-- base: projects
--- setup
CREATE FUNCTION demo_files() RETURNS SETOF text LANGUAGE sql STABLE AS $$ SELECT name FROM public.files $$;
--- leak
RESET ROLE;
ALTER FUNCTION demo_files() SET app.org_id = '{B}';
--- exploit
SELECT * FROM demo_files() AS n (name) WHERE name = 'b.pdf';
