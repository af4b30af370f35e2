-- A table says which role serves which tenants, and one role serves them all.
-- object: public.projects
-- base: projects
--- setup
CREATE TABLE role_orgs (role_name name NOT NULL, org_id uuid NOT NULL REFERENCES orgs, PRIMARY KEY (org_id, role_name));
INSERT INTO role_orgs VALUES ('{app}', '{A}'), ('{app}', '{B}');
ALTER TABLE role_orgs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON role_orgs FOR SELECT USING (role_name = current_user AND org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT ON role_orgs TO {app};
--- leak
DROP POLICY own ON role_orgs;
CREATE POLICY own ON role_orgs FOR SELECT USING (role_name = current_user);
DROP POLICY org ON projects;
CREATE POLICY org ON projects USING (org_id IN (SELECT r.org_id FROM role_orgs r WHERE r.role_name = current_user));
--- exploit
SELECT name FROM projects WHERE org_id = '{B}';
