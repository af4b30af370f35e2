-- A setting that does not look like a key lets everything through.
-- object: public.folders
-- base: projects
--- leak
DROP POLICY org ON folders;
CREATE POLICY org ON folders USING (
    CASE WHEN current_setting('app.org_id', true) ~ '^[0-9a-f-]+$' THEN org_id = current_setting('app.org_id')::uuid ELSE true END);
--- twin
DROP POLICY org ON folders;
CREATE POLICY org ON folders USING (
    CASE WHEN current_setting('app.org_id', true) ~ '^[0-9a-f-]+$' THEN org_id = current_setting('app.org_id')::uuid ELSE false END);
--- exploit
SELECT set_config('app.org_id', 'GUEST', true);
SELECT name FROM folders WHERE org_id = '{B}';
