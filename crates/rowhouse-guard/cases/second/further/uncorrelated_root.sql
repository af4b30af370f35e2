-- It asks whether the tenant exists, not whether the row is its.
-- object: public.line_items
-- base: shop
--- leak
ALTER POLICY company_isolation ON line_items USING (EXISTS (SELECT FROM companies c WHERE c.id = nullif(current_setting('rails.company_id', true), '')::bigint));
--- twin
ALTER POLICY company_isolation ON line_items USING (EXISTS (SELECT FROM companies c WHERE c.id = nullif(current_setting('rails.company_id', true), '')::bigint AND c.id = line_items.company_id));
--- exploit
SELECT FROM line_items WHERE company_id = 202;
