-- Not other than the setting, with a comparison that nothing makes false.
-- object: public.projects
-- base: projects
--- leak
DROP POLICY org ON projects;
CREATE POLICY org ON projects USING (NOT coalesce(org_id <> NULLIF(current_setting('app.org_id', true), '')::uuid, false));
--- twin
DROP POLICY org ON projects;
CREATE POLICY org ON projects USING (NOT coalesce(org_id <> NULLIF(current_setting('app.org_id', true), '')::uuid, true));
--- exploit
SELECT set_config('app.org_id', '', true);
SELECT name FROM projects WHERE org_id = '{B}';
