-- A CHECK constraint calls a definer function that looks at all tenants' rows.
-- object: public.name_free(text)
-- object: public.labels
-- base: projects
--- setup
RESET ROLE;
CREATE TABLE labels (org_id uuid NOT NULL REFERENCES orgs, name text NOT NULL, PRIMARY KEY (org_id, name));
ALTER TABLE labels OWNER TO {owner};
INSERT INTO labels VALUES ('{A}', 'red'), ('{B}', 'green');
ALTER TABLE labels ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON labels USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT ON labels TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION name_free(text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT NOT EXISTS (SELECT FROM labels WHERE name = $1) $$;
ALTER TABLE labels ADD CHECK (name_free(name)) NOT VALID;
--- twin
RESET ROLE;
CREATE FUNCTION name_free(text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT NOT EXISTS (SELECT FROM labels WHERE name = $1 AND org_id = current_setting('app.org_id')::uuid) $$;
ALTER TABLE labels ADD CHECK (name_free(name)) NOT VALID;
--- exploit
DO $$ BEGIN
    INSERT INTO labels VALUES ('{A}', 'green');
EXCEPTION WHEN check_violation THEN PERFORM set_config('spy.hit', 'yes', true); END $$;
SELECT 1 WHERE current_setting('spy.hit', true) = 'yes';
