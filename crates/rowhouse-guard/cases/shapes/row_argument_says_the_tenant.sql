-- A computed relationship takes a row and trusts its tenant: anybody can make up a row.
-- object: public.lines(public.orders)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION lines(orders) RETURNS SETOF order_lines LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM order_lines l WHERE l.org_id = $1.org_id AND l.order_id = $1.id $$;
--- twin
RESET ROLE;
CREATE FUNCTION lines(orders) RETURNS SETOF order_lines LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT * FROM order_lines l
        WHERE l.org_id = NULLIF(current_setting('myapp.org', true), '')::integer AND l.order_id = $1.id
    $$;
--- exploit
SELECT sku FROM lines(jsonb_populate_record(NULL::orders, '{"id": 2, "org_id": 2}')) WHERE org_id = {B};
