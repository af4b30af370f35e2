-- A view created by the superuser during a migration runs as the superuser.
-- object: public.invoice_report
-- base: shop
--- leak
RESET ROLE; CREATE VIEW invoice_report AS SELECT company_id, number, amount_cents FROM invoices; GRANT SELECT ON invoice_report TO {web};
--- twin
RESET ROLE; CREATE VIEW invoice_report WITH (security_invoker) AS SELECT company_id, number, amount_cents FROM invoices; GRANT SELECT ON invoice_report TO {web};
--- exploit
SELECT FROM invoice_report WHERE company_id = 202;
