-- TRUNCATE empties the table of all tenants.
-- object: app.task
-- base: hasura
--- leak
GRANT TRUNCATE ON app.task TO {app_user};
--- exploit
TRUNCATE app.task;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM app.task WHERE organization_id = 6);
