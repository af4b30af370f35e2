-- The function is declared to run with a tenant of its own.
-- object: public.demo_orders()
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION demo_orders() RETURNS SETOF orders LANGUAGE plpgsql STABLE SET myapp.org = '2'
    AS $$ BEGIN RETURN QUERY SELECT * FROM orders; END $$;
ALTER FUNCTION demo_orders() OWNER TO {owner};
--- twin
CREATE FUNCTION demo_orders() RETURNS SETOF orders LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
    AS $$ BEGIN RETURN QUERY SELECT * FROM orders; END $$;
--- exploit
SELECT id FROM demo_orders() WHERE org_id = {B};
