-- A SECURITY DEFINER function as a type's output, reached by a cast.
-- object: public.order_text(public.order_ref)
-- base: integer
--- setup
RESET ROLE;
CREATE TYPE order_ref AS (id integer);
--- leak
RESET ROLE;
CREATE FUNCTION order_text(r order_ref) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT note FROM orders WHERE id = (r).id $$;
CREATE CAST (order_ref AS text) WITH FUNCTION order_text(order_ref);
--- twin
RESET ROLE;
CREATE FUNCTION order_text(r order_ref) RETURNS text LANGUAGE sql SECURITY INVOKER SET search_path = public, pg_temp
    AS $$ SELECT note FROM orders WHERE id = (r).id $$;
CREATE CAST (order_ref AS text) WITH FUNCTION order_text(order_ref);
--- exploit
SELECT WHERE ROW(2)::order_ref::text = 'of b';
