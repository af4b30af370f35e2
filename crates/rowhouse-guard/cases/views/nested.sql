-- An invoker's view over a view of a superuser.
-- object: public."ItemList"
-- object: public."ItemsInternal"
-- base: mixed-case
--- setup
RESET ROLE;
CREATE VIEW "ItemsInternal" AS SELECT * FROM "Items";
CREATE VIEW "ItemList" WITH (security_invoker = true) AS SELECT "Id", "tenantId" FROM "ItemsInternal";
GRANT SELECT ON "ItemList", "ItemsInternal" TO {app};
--- leak
--- twin
RESET ROLE;
ALTER VIEW "ItemsInternal" SET (security_invoker = true);
--- exploit
SELECT "Id" FROM "ItemList" WHERE "tenantId" = '{B}';
