-- A default of the setting for one database and all roles.
-- object: database:{db}
-- base: uuid
-- tenant: none
-- refused: 42704
-- refused: 22P02
--- leak
RESET ROLE; ALTER DATABASE {db} SET app.current_tenant_id = '{B}';
--- twin
SELECT 1;
--- exploit
SELECT FROM items WHERE tenant_id = '{B}';
