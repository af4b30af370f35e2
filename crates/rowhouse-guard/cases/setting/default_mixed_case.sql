-- Names of settings are the same in any case.
-- object: database:{db}
-- base: mixed-case
-- tenant: none
-- refused: 42704
--- leak
RESET ROLE;
ALTER DATABASE {db} SET "App.Tenant_Id" = '22222222-2222-4222-8222-222222222222';
--- exploit
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
