-- Greater or equal where equal was meant.
-- object: public.invoices
-- base: per-command
--- leak
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (company_id >= (SELECT current_setting('app.company')::integer));
--- exploit
SELECT id FROM invoices WHERE company_id = {B};
