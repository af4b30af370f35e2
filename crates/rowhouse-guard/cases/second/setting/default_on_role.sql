-- The role has a default tenant.
-- object: role:{web}
-- base: shop
-- tenant: none
--- leak
RESET ROLE; ALTER ROLE {web} SET rails.company_id = '202';
--- exploit
SELECT FROM invoices WHERE company_id = 202;
