-- That the tenant exists is asked, not that the row is the tenant's.
-- object: public.invoices
-- base: per-command
--- leak
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (EXISTS (SELECT 1 FROM companies c WHERE c.id = current_setting('app.company')::integer));
--- twin
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (EXISTS (SELECT 1 FROM companies c
                   WHERE c.id = current_setting('app.company')::integer AND c.id = invoices.company_id));
--- exploit
SELECT id FROM invoices WHERE company_id = {B};
