-- The switch is hidden in a CASE.
-- object: public.invoices
-- base: per-command
--- leak
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (CASE WHEN current_setting('app.mode', true) = 'report' THEN true
                ELSE company_id = current_setting('app.company')::integer END);
--- twin
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (CASE WHEN current_setting('app.company', true) = '' THEN false
                ELSE company_id = current_setting('app.company')::integer END);
--- exploit
SELECT set_config('app.mode', 'report', true);
SELECT id FROM invoices WHERE company_id = {B};
