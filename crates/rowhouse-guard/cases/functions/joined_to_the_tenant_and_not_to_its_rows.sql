-- The function finds the session's organization, and then reads files that are tied to nothing.
-- object: public.named_files()
-- base: projects
--- leak
RESET ROLE;
CREATE FUNCTION named_files() RETURNS TABLE (org text, file text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.name, f.name FROM files f JOIN orgs o ON o.id = current_setting('app.org_id')::uuid $$;
--- twin
RESET ROLE;
CREATE FUNCTION named_files() RETURNS TABLE (org text, file text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.name, f.name FROM files f JOIN orgs o ON o.id = f.org_id AND o.id = current_setting('app.org_id')::uuid $$;
--- exploit
SELECT file FROM named_files() WHERE file = 'b.pdf';
