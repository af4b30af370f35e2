-- The tenant by VALUES, by a common table expression and by an intersection.
-- base: projects
--- setup
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id IN (VALUES (current_setting('app.org_id')::uuid)));
DROP POLICY org ON projects;
CREATE POLICY org ON projects USING (org_id = (WITH t AS (SELECT current_setting('app.org_id')::uuid AS id) SELECT id FROM t));
DROP POLICY org_read ON audit_log;
CREATE POLICY org_read ON audit_log FOR SELECT USING (EXISTS (SELECT org_id INTERSECT SELECT current_setting('app.org_id')::uuid));
--- exploit
SELECT name FROM files WHERE org_id = '{B}' UNION ALL SELECT name FROM projects WHERE org_id = '{B}' UNION ALL SELECT what FROM audit_log WHERE org_id = '{B}';
