-- The service logs in as a superuser.
-- object: role:{app}
-- base: uuid
--- leak
RESET ROLE;
ALTER ROLE {app} SUPERUSER;
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
