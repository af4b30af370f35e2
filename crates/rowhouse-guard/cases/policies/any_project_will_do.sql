-- An aggregate over all one's projects that is not tied to the row.
-- object: public.tasks
-- base: projects
--- setup
DROP POLICY org ON tasks;
--- leak
CREATE POLICY org ON tasks USING ((SELECT bool_or(p.org_id = current_setting('app.org_id')::uuid) FROM projects p));
--- twin
CREATE POLICY org ON tasks USING ((SELECT bool_or(p.org_id = current_setting('app.org_id')::uuid) FROM projects p WHERE p.id = tasks.project_id));
--- exploit
SELECT title FROM tasks WHERE title = 'of b';
