-- Update of a single column is granted on a table whose policy for it is open.
-- object: public.projects
-- base: projects
--- setup
DROP POLICY org ON projects;
CREATE POLICY org_read ON projects FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid));
REVOKE ALL ON projects FROM {app};
GRANT SELECT, UPDATE (archived) ON projects TO {app};
--- leak
CREATE POLICY org_archive ON projects FOR UPDATE USING (true);
--- twin
CREATE POLICY org_archive ON projects FOR UPDATE USING (org_id = (SELECT current_setting('app.org_id')::uuid));
--- exploit
UPDATE projects SET archived = true;
--- proof
SELECT 1 FROM projects WHERE org_id = '{B}' AND archived;
