-- The migrating login is a member of the owner; the owner may become the service.
-- base: hasura
--- setup
RESET ROLE; CREATE ROLE {migrator} LOGIN CREATEROLE; GRANT {owner} TO {migrator}; GRANT {app_user} TO {owner};
--- exploit
SELECT FROM app.task WHERE organization_id = 6;
