-- Tenants are compared by their shard.
-- object: public.orders
-- base: integer
--- setup
RESET ROLE;
INSERT INTO organizations (id, name) VALUES (17, 'of the same shard');
INSERT INTO orders (org_id, number) VALUES (17, 'S-1');
--- leak
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app}
    USING (org_id % 16 = NULLIF(current_setting('myapp.org', true), '')::integer % 16);
--- exploit
SELECT id FROM orders WHERE org_id = 17;
