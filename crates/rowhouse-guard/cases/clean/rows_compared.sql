-- A comparison of rows, a CASE and a cast to numeric that all bind the tenant.
-- base: projects
--- setup
DROP POLICY org ON files;
CREATE POLICY org ON files USING (ROW(org_id, true) = ROW((SELECT current_setting('app.org_id')::uuid), name IS NOT NULL));
DROP POLICY org ON projects;
CREATE POLICY org ON projects
    USING (CASE WHEN archived THEN false ELSE true END AND org_id = (SELECT current_setting('app.org_id')::uuid))
    WITH CHECK (org_id = (SELECT current_setting('app.org_id')::uuid));
--- exploit
SELECT name FROM files WHERE org_id = '{B}';
