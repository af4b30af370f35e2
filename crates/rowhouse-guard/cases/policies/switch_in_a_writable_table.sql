-- Isolation can be switched off in a table of settings that the service may write.
-- object: public.files
-- object: public.app_config
-- base: projects
--- setup
CREATE TABLE app_config (name text PRIMARY KEY, value text NOT NULL);
INSERT INTO app_config VALUES ('isolation', 'on'), ('theme', 'dark');
GRANT SELECT ON app_config TO {app};
--- leak
GRANT UPDATE ON app_config TO {app};
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id = (SELECT current_setting('app.org_id')::uuid)
    OR (SELECT c.value FROM app_config c WHERE c.name = 'isolation') = 'off');
--- exploit
UPDATE app_config SET value = 'off' WHERE name = 'isolation';
SELECT name FROM files WHERE org_id = '{B}';
