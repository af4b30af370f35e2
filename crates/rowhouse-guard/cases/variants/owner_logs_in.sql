-- The service logs in as the owner of the tables; nobody else does.
-- object: role:{app}
-- base: uuid
--- leak
RESET ROLE; ALTER TABLE items OWNER TO {app}; ALTER TABLE comments OWNER TO {app}; ALTER TABLE tenants OWNER TO {app};
--- twin
SELECT 1;
--- exploit
ALTER TABLE items NO FORCE ROW LEVEL SECURITY; SELECT FROM items WHERE tenant_id = '{B}';
