-- A list of the blocked in place of the one allowed.
-- object: public.orders
-- base: integer
--- leak
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app} USING (org_id NOT IN (0, -1));
--- exploit
SELECT id FROM orders WHERE org_id = {B};
