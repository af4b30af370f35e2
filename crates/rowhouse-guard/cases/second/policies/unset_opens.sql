-- Without a tenant everything is open.
-- object: public.invoices
-- base: shop
-- tenant: none
--- leak
ALTER POLICY company_isolation ON invoices USING (current_setting('rails.company_id', true) IS NULL OR company_id = nullif(current_setting('rails.company_id', true), '')::bigint);
--- exploit
SELECT FROM invoices WHERE company_id = 202;
