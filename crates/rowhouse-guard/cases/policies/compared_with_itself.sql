-- True by construction: the column compared with itself.
-- object: public."Items"
-- base: mixed-case
--- leak
DROP POLICY "TenantIsolation" ON "Items";
CREATE POLICY "TenantIsolation" ON "Items" USING ("tenantId" = "tenantId");
--- exploit
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
