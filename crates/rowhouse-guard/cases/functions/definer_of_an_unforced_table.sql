-- A definer function of the tables' owner, whom row security does not bind because it is not forced.
-- object: public.find_project(text)
-- object: public.projects
-- base: projects
--- setup
CREATE FUNCTION find_project(p_name text) RETURNS SETOF projects LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM projects WHERE name LIKE p_name || '%' $$;
--- leak
ALTER TABLE projects NO FORCE ROW LEVEL SECURITY;
--- exploit
SELECT name FROM find_project('of') WHERE org_id = '{B}';
