-- The view's owner owns the table too, and row security is not forced on it.
-- object: public.order_totals
-- object: public.orders
-- base: integer
--- setup
CREATE VIEW order_totals AS SELECT org_id, sum(total) AS total FROM orders GROUP BY org_id;
GRANT SELECT ON order_totals TO {app};
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
--- leak
--- twin
ALTER VIEW order_totals SET (security_invoker = true);
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
--- exploit
SELECT total FROM order_totals WHERE org_id = {B};
