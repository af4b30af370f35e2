-- Permissive policies are OR'ed for the new row too: one that no old row passes still lets an archived row go anywhere.
-- object: public.projects
-- base: projects
--- setup
DROP POLICY org ON projects;
CREATE POLICY org_read ON projects FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_add ON projects FOR INSERT WITH CHECK (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_remove ON projects FOR DELETE USING (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_edit ON projects FOR UPDATE USING (org_id = (SELECT current_setting('app.org_id')::uuid) AND NOT archived);
--- leak
CREATE POLICY archive ON projects FOR UPDATE USING (false) WITH CHECK (archived);
--- twin
CREATE POLICY archive ON projects FOR UPDATE USING (false)
    WITH CHECK (archived AND org_id = (SELECT current_setting('app.org_id')::uuid));
--- exploit
DELETE FROM tasks;
UPDATE projects SET org_id = '{B}', archived = true;
SELECT 1;
