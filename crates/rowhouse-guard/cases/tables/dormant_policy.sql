-- The policy is there, but row security is not enabled.
-- object: public.orders
-- base: integer
--- leak
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT id FROM orders WHERE org_id = {B};
