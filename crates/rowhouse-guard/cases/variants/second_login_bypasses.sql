-- The service's login skips row security beside one that is bound.
-- object: role:{app}
-- base: uuid
--- setup
RESET ROLE; CREATE ROLE {api} LOGIN; GRANT SELECT, INSERT ON items TO {api};
--- leak
RESET ROLE; ALTER ROLE {app} BYPASSRLS;
--- twin
SELECT 1;
--- exploit
SELECT FROM items WHERE tenant_id = '{B}';
