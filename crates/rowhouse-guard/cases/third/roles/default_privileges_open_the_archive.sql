-- Default privileges hand every new table to the app role, and the yearly archive is a new table without policies.
-- object: public.billing_invoice_archive
-- base: third_django
--- leak
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {app};
CREATE TABLE billing_invoice_archive (LIKE billing_invoice INCLUDING DEFAULTS);
RESET ROLE;
INSERT INTO billing_invoice_archive SELECT * FROM billing_invoice;
--- twin
CREATE TABLE billing_invoice_archive (LIKE billing_invoice INCLUDING DEFAULTS);
RESET ROLE;
INSERT INTO billing_invoice_archive SELECT * FROM billing_invoice;
--- exploit
SELECT memo FROM billing_invoice_archive WHERE tenant_id = 8;
