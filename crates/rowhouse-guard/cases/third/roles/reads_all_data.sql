-- A dashboard needed "read access", so the app role got pg_read_all_data: unprotected internal copies open up with it.
-- object: role:{spring}
-- object: warehouse.purchase_2022
-- base: third_hibernate
--- setup
RESET ROLE;
CREATE SCHEMA warehouse;
CREATE TABLE warehouse.purchase_2022 AS SELECT id, tenant_identifier, amount, comment FROM shop_data.purchase;
COMMENT ON SCHEMA warehouse IS 'Nightly copies for finance; nobody but the owner';
--- leak
RESET ROLE;
GRANT pg_read_all_data TO {spring};
--- exploit
SELECT comment FROM warehouse.purchase_2022 WHERE tenant_identifier = '{B}';
