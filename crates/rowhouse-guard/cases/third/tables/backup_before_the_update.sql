-- A copy made in a hurry before a data fix, swept up by the next GRANT on all tables.
-- object: shop_data.purchase_bak_20240611
-- base: third_hibernate
--- setup
RESET ROLE;
CREATE TABLE shop_data.purchase_bak_20240611 AS TABLE shop_data.purchase;
--- leak
RESET ROLE;
GRANT SELECT ON ALL TABLES IN SCHEMA shop_data TO {spring};
--- twin
GRANT SELECT ON shop_data.tenant, shop_data.customer, shop_data.purchase, shop_data.country TO {spring};
--- exploit
SELECT comment FROM shop_data.purchase_bak_20240611 WHERE tenant_identifier = '{B}';
