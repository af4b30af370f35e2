-- A policy that was to be replaced before release.
-- object: app.project
-- base: hasura
--- leak
ALTER POLICY org ON app.project USING (true);
--- exploit
SELECT FROM app.project WHERE organization_id = 6;
