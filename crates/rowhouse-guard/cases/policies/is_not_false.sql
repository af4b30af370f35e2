-- Unknown is not false: without a tenant every row passes.
-- object: public.orders
-- base: integer
-- tenant: none
--- leak
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app}
    USING ((org_id = NULLIF(current_setting('myapp.org', true), '')::integer) IS NOT FALSE);
--- twin
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app}
    USING ((org_id = NULLIF(current_setting('myapp.org', true), '')::integer) IS TRUE);
--- exploit
SELECT id FROM orders WHERE org_id = {B};
