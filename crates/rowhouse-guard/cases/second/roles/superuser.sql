-- The service logs in as a superuser.
-- object: role:{app_user}
-- base: hasura
--- leak
RESET ROLE; ALTER ROLE {app_user} SUPERUSER;
--- exploit
SELECT FROM app.project WHERE organization_id = 6;
