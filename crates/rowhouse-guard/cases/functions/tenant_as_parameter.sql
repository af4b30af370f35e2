-- The caller says which tenant, and nobody checks.
-- object: public.orders_of(integer)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION orders_of(org integer) RETURNS SETOF orders LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT * FROM orders WHERE org_id = org $$;
--- twin
RESET ROLE;
CREATE FUNCTION orders_of(org integer) RETURNS SETOF orders LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT * FROM orders WHERE org_id = org AND org_id = NULLIF(current_setting('myapp.org', true), '')::integer $$;
--- exploit
SELECT id FROM orders_of({B});
