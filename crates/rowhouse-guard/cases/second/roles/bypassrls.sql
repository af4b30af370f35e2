-- The web role was given BYPASSRLS to make a nightly job work.
-- object: role:{web}
-- base: shop
--- leak
RESET ROLE; ALTER ROLE {web} BYPASSRLS;
--- exploit
SELECT FROM invoices WHERE company_id = 202;
