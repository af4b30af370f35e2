-- Policies were written and row security never enabled.
-- object: public.line_items
-- base: shop
--- leak
ALTER TABLE line_items DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT FROM line_items WHERE company_id = 202;
