-- Without a tenant a default one is taken.
-- object: public.invoices
-- base: per-command
-- tenant: none
--- leak
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (company_id = COALESCE(NULLIF(current_setting('app.company', true), ''), '2')::integer);
--- twin
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (company_id = COALESCE(NULLIF(current_setting('app.company', true), ''), NULL)::integer);
--- exploit
SELECT id FROM invoices WHERE company_id = {B};
