-- Nested invoker views with joins and aggregates.
-- base: hasura
--- setup
CREATE VIEW app.open_tasks WITH (security_invoker = on) AS SELECT t.*, p.name FROM app.task t JOIN app.project p USING (organization_id) WHERE NOT p.archived;
CREATE VIEW app.load WITH (security_invoker = true) AS SELECT assignee, count(*) FROM app.open_tasks GROUP BY 1; GRANT SELECT ON app.open_tasks, app.load TO {app_user};
--- exploit
SELECT FROM app.load WHERE assignee = 'bob';
