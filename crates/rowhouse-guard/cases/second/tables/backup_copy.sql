-- A copy made before a migration, granted with all others.
-- object: public.invoices_backup_20240501
-- base: shop
--- leak
CREATE TABLE invoices_backup_20240501 (LIKE invoices);
RESET ROLE; INSERT INTO invoices_backup_20240501 SELECT * FROM invoices;
GRANT SELECT ON invoices_backup_20240501 TO {web};
--- twin
CREATE TABLE invoices_backup_20240501 (LIKE invoices);
RESET ROLE; INSERT INTO invoices_backup_20240501 SELECT * FROM invoices;
--- exploit
SELECT FROM invoices_backup_20240501 WHERE company_id = 202;
