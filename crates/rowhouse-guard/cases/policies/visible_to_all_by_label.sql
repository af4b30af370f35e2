-- A row whose labels hold a word is everybody's, though it belongs to a tenant.
-- object: public.projects
-- base: projects
--- setup
RESET ROLE;
INSERT INTO projects (org_id, name, labels) VALUES ('{B}', 'plan of b', ARRAY['template']);
--- leak
CREATE POLICY templates ON projects FOR SELECT USING (labels @> ARRAY['template']);
--- twin
CREATE POLICY templates ON projects FOR SELECT
    USING (labels @> ARRAY['template'] AND org_id = (SELECT current_setting('app.org_id')::uuid));
--- exploit
SELECT name FROM projects WHERE org_id = '{B}';
