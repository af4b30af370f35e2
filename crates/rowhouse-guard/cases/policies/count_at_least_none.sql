-- A count that is at least zero is always.
-- object: public.tasks
-- base: projects
--- setup
DROP POLICY org ON tasks;
--- leak
CREATE POLICY org ON tasks USING ((SELECT count(*) FROM projects p WHERE p.id = tasks.project_id) >= 0);
--- twin
CREATE POLICY org ON tasks USING ((SELECT count(*) FROM projects p WHERE p.id = tasks.project_id) > 0);
--- exploit
SELECT title FROM tasks WHERE title = 'of b';
