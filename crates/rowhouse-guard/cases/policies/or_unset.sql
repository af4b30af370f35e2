-- An unset setting lets everything through.
-- object: public.orders
-- base: integer
-- tenant: none
--- leak
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app}
    USING (current_setting('myapp.org', true) IS NULL OR org_id = NULLIF(current_setting('myapp.org', true), '')::integer)
    WITH CHECK (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT id FROM orders WHERE org_id = {B};
