-- Unknown counts as true when no tenant is set.
-- object: public.line_items
-- base: shop
-- tenant: none
--- leak
ALTER POLICY company_isolation ON line_items USING ((company_id = nullif(current_setting('rails.company_id', true), '')::bigint) IS NOT FALSE);
--- exploit
SELECT FROM line_items WHERE company_id = 202;
