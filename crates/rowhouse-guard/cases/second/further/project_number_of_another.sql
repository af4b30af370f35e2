-- Project numbers are unique only within an organization: a task is seen by whoever has a project of that number.
-- object: app.task
-- base: hasura
--- setup
RESET ROLE; INSERT INTO app.project (organization_id, id, name) OVERRIDING SYSTEM VALUE VALUES (6, 1, 'same number'); INSERT INTO app.task (organization_id, project_id, assignee) VALUES (6, 1, 'bea');
--- leak
ALTER POLICY org ON app.task USING (EXISTS (SELECT FROM app.project p WHERE p.id = task.project_id));
--- twin
ALTER POLICY org ON app.task USING (EXISTS (SELECT FROM app.project p WHERE p.id = task.project_id AND p.organization_id = task.organization_id));
--- exploit
SELECT FROM app.task WHERE organization_id = 6;
