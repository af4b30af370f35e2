-- A demonstration tenant beside one's own.
-- object: public.invoices
-- base: per-command
--- leak
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (company_id IN ((SELECT current_setting('app.company')::integer), 2));
--- exploit
SELECT id FROM invoices WHERE company_id = {B};
