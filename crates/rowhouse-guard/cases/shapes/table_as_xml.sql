-- A backup download that maps a whole table to XML, as its owner.
-- object: public.orders_as_xml()
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION orders_as_xml() RETURNS xml LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT table_to_xml('public.orders'::regclass, true, false, '') $$;
--- twin
RESET ROLE;
CREATE FUNCTION orders_as_xml() RETURNS xml LANGUAGE sql STABLE SET search_path = public, pg_temp
    AS $$ SELECT table_to_xml('public.orders'::regclass, true, false, '') $$;
--- exploit
SELECT WHERE orders_as_xml()::text LIKE '%of b%';
