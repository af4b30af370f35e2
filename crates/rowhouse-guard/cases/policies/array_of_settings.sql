-- A setting with a list of tenants that the request's tenant is not part of.
-- object: public.orders
-- base: integer
--- leak
DROP POLICY orders_own ON orders;
CREATE POLICY orders_own ON orders TO {app}
    USING (org_id = ANY (string_to_array(current_setting('myapp.visible_orgs', true), ',')::integer[])
           OR org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT set_config('myapp.visible_orgs', '1,2', true);
SELECT id FROM orders WHERE org_id = {B};
