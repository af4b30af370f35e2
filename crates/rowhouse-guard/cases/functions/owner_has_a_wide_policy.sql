-- The function's owner is under FORCE, but a policy of its own lets it see everything.
-- object: public.order_report()
-- object: public.orders
-- base: integer
--- setup
CREATE POLICY orders_maintenance ON orders TO {owner} USING (true);
--- leak
CREATE FUNCTION order_report() RETURNS SETOF orders LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM orders $$;
--- twin
CREATE FUNCTION order_report() RETURNS SETOF orders LANGUAGE sql STABLE SECURITY INVOKER SET search_path = public, pg_temp
    AS $$ SELECT * FROM orders $$;
--- exploit
SELECT id FROM order_report() WHERE org_id = {B};
