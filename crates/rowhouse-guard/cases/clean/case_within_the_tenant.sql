-- A CASE whose every branch binds the tenant.
-- base: integer
--- setup
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app} USING (
    CASE WHEN current_setting('myapp.org', true) IS NULL OR current_setting('myapp.org', true) = '' THEN false
         ELSE org_id = current_setting('myapp.org')::integer END);
--- exploit
SELECT id FROM orders WHERE org_id = {B};
