-- The tenant stands in the condition of an outer join, which keeps the rows that do not meet it.
-- object: public.tasks
-- base: projects
--- setup
CREATE TABLE task_links (task_id uuid PRIMARY KEY REFERENCES tasks, note text);
RESET ROLE;
RESET ROLE;
INSERT INTO task_links SELECT id FROM tasks;
SET ROLE {owner};
SET ROLE {owner};
ALTER TABLE task_links ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON task_links USING (task_id IN (SELECT t.id FROM tasks t));
GRANT SELECT ON task_links TO {app};
DROP POLICY org ON tasks;
--- leak
CREATE POLICY org ON tasks USING (EXISTS (
    SELECT FROM (VALUES (1)) one (n) LEFT JOIN projects p
        ON p.id = tasks.project_id AND p.org_id = (SELECT current_setting('app.org_id')::uuid)));
--- twin
CREATE POLICY org ON tasks USING (EXISTS (
    SELECT FROM (VALUES (1)) one (n) JOIN projects p
        ON p.id = tasks.project_id AND p.org_id = (SELECT current_setting('app.org_id')::uuid)));
--- exploit
SELECT title FROM tasks WHERE title = 'of b';
