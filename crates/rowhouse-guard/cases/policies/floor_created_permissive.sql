-- The floor was to be restrictive; created permissive, it only adds to a wide policy.
-- object: public."Items"
-- base: mixed-case
--- setup
DROP POLICY "TenantIsolation" ON "Items";
CREATE POLICY "Everything" ON "Items" USING (true);
--- leak
CREATE POLICY "Floor" ON "Items" USING ("tenantId" = current_setting('app.tenant_id')::uuid);
--- twin
CREATE POLICY "Floor" ON "Items" AS RESTRICTIVE USING ("tenantId" = current_setting('app.tenant_id')::uuid);
--- exploit
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
