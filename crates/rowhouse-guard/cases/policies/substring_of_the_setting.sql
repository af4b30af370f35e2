-- The setting holds the row's tenant somewhere.
-- object: public.orders
-- base: integer
-- a: 12
--- setup
RESET ROLE;
INSERT INTO organizations (id, name) VALUES (12, 'Twelve');
INSERT INTO orders (org_id, number) VALUES (12, 'T-1');
SET ROLE {owner};
--- leak
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app} USING (strpos(current_setting('myapp.org', true), org_id::text) > 0);
--- exploit
SELECT id FROM orders WHERE org_id = {B};
