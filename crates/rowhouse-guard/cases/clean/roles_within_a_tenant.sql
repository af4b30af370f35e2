-- Within the tenant, what may be seen depends on the user's part in it.
-- base: per-command
--- setup
DROP POLICY invoices_read ON invoices;
CREATE POLICY invoices_read ON invoices FOR SELECT TO {service}
    USING (company_id = (SELECT current_setting('app.company')::integer)
           AND (current_setting('app.user_role', true) = 'admin' OR status <> 'draft' OR amount < 100));
--- exploit
SELECT set_config('app.user_role', 'admin', true);
SELECT id FROM invoices WHERE company_id = {B};
