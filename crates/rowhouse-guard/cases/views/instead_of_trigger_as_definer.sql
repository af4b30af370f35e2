-- A view whose INSTEAD OF trigger writes as its definer what the caller names.
-- object: public.file_names
-- object: public.rename_file()
-- base: projects
--- setup
CREATE VIEW file_names WITH (security_invoker) AS SELECT org_id, id, name FROM files;
GRANT SELECT, INSERT ON file_names TO {app};
RESET ROLE;
CREATE FUNCTION rename_file() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO files (org_id, name) VALUES (NEW.org_id, NEW.name);
    RETURN NEW;
END $$;
CREATE TRIGGER rename INSTEAD OF INSERT ON file_names FOR EACH ROW EXECUTE FUNCTION rename_file();
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION rename_file() SECURITY INVOKER;
--- exploit
INSERT INTO file_names (org_id, name) VALUES ('{B}', 'planted');
SELECT 1;
--- proof
SELECT FROM files WHERE org_id = '{B}' AND name = 'planted';
