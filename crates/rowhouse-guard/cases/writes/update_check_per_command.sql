-- UPDATE sees only one's own rows but may write any tenant into them.
-- object: public.invoices
-- base: per-command
--- setup
DROP TABLE invoice_lines;
--- leak
DROP POLICY invoices_read ON invoices;
DROP POLICY invoices_change ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer));
CREATE POLICY invoices_change ON invoices FOR UPDATE TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer)) WITH CHECK (company_id > 0);
--- exploit
UPDATE invoices SET company_id = {B}, number = 77;
--- proof
SELECT FROM invoices WHERE company_id = {B} AND number = 77;
