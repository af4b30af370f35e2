-- In a definer function current_user is the definer, so that its exception for administrators holds for everybody.
-- object: public.list_files()
-- base: projects
--- setup
RESET ROLE;
CREATE ROLE {keeper} NOLOGIN BYPASSRLS;
GRANT SELECT ON files TO {keeper};
--- leak
RESET ROLE;
CREATE FUNCTION list_files() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT name FROM files WHERE org_id = current_setting('app.org_id')::uuid OR current_user = '{keeper}' $$;
ALTER FUNCTION list_files() OWNER TO {keeper};
--- twin
RESET ROLE;
CREATE FUNCTION list_files() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT name FROM files WHERE org_id = current_setting('app.org_id')::uuid OR session_user = '{keeper}' $$;
ALTER FUNCTION list_files() OWNER TO {keeper};
--- exploit
SELECT f FROM list_files() f WHERE f = 'b.pdf';
