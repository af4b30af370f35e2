-- Ways out for those who are superusers or a role of migrations, which the service is not and cannot say it is.
-- base: projects
--- setup
RESET ROLE;
CREATE ROLE {migrator} LOGIN;
GRANT SELECT ON files, projects TO {migrator};
SET ROLE {owner};
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id = NULLIF(current_setting('app.org_id', true), '')::uuid OR current_setting('is_superuser') = 'on');
DROP POLICY org ON projects;
CREATE POLICY org ON projects USING (org_id = NULLIF(current_setting('app.org_id', true), '')::uuid OR session_user = '{migrator}');
DROP POLICY org_read ON audit_log;
CREATE POLICY org_read ON audit_log FOR SELECT USING (org_id = NULLIF(current_setting('app.org_id', true), '')::uuid OR current_setting('role') = '{migrator}');
--- exploit
SELECT name FROM files WHERE org_id = '{B}' UNION ALL SELECT name FROM projects WHERE org_id = '{B}'
    UNION ALL SELECT what FROM audit_log WHERE org_id = '{B}';
