-- Paid invoices are visible to everybody.
-- object: public.invoices
-- base: shop
--- leak
ALTER POLICY company_isolation ON invoices USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint OR status IN ('paid', 'void'));
--- exploit
SELECT FROM invoices WHERE company_id = 202;
