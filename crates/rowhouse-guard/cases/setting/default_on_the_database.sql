-- The database has a default tenant.
-- object: database:{db}
-- base: uuid
-- tenant: none
-- refused: 42704
--- leak
RESET ROLE;
ALTER DATABASE {db} SET app.current_tenant_id = '22222222-2222-4222-8222-222222222222';
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
