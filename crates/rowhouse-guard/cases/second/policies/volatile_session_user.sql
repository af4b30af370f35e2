-- The superuser's way in is open to a name the session chooses.
-- object: public.invoices
-- base: shop
--- leak
ALTER POLICY company_isolation ON invoices USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint OR current_setting('application_name') = 'console');
--- exploit
SET LOCAL application_name = 'console'; SELECT FROM invoices WHERE company_id = 202;
