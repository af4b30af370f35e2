-- The app role is a member of a superuser.
-- object: role:{app}
-- base: mixed-case
--- setup
RESET ROLE;
CREATE ROLE {dba} SUPERUSER NOLOGIN;
--- leak
RESET ROLE;
GRANT {dba} TO {app};
--- exploit
SET LOCAL ROLE {dba};
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
