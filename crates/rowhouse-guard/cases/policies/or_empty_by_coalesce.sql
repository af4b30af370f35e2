-- COALESCE turns unset and empty into one case, and that case lets everything through.
-- object: public."Items"
-- base: mixed-case
-- tenant: none
--- leak
DROP POLICY "TenantIsolation" ON "Items";
CREATE POLICY "TenantIsolation" ON "Items"
    USING (COALESCE(current_setting('app.tenant_id', true), '') = ''
           OR "tenantId" = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
--- twin
DROP POLICY "TenantIsolation" ON "Items";
CREATE POLICY "TenantIsolation" ON "Items"
    USING (COALESCE(current_setting('app.tenant_id', true), '') <> ''
           AND "tenantId" = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
--- exploit
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
