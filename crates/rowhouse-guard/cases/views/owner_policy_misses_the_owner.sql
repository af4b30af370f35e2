-- The policy is for the app role alone, but under a definer view another policy applies, the owner's.
-- object: public.order_numbers
-- object: public.orders
-- base: integer
--- setup
CREATE VIEW order_numbers AS SELECT org_id, number FROM orders;
GRANT SELECT ON order_numbers TO {app};
--- leak
CREATE POLICY orders_owner ON orders TO {owner} USING (true);
--- twin
CREATE POLICY orders_owner ON orders TO {owner} USING (true);
ALTER VIEW order_numbers SET (security_invoker = true);
--- exploit
SELECT number FROM order_numbers WHERE org_id = {B};
