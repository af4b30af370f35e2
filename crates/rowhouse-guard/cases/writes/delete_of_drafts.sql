-- The policy for DELETE asks for the state of the row only.
-- object: public.invoices
-- base: per-command
--- leak
DROP POLICY invoices_remove ON invoices;
CREATE POLICY invoices_remove ON invoices FOR DELETE TO {service} USING (status = 'draft');
--- setup
RESET ROLE;
DELETE FROM invoice_lines;
--- exploit
DELETE FROM invoices;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM invoices WHERE company_id = {B});
