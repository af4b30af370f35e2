-- It returns no row, only whether there is one, in whatever tenant.
-- object: public.number_taken(text)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION number_taken(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM orders WHERE number = wanted) $$;
--- twin
RESET ROLE;
CREATE FUNCTION number_taken(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM orders
                   WHERE number = wanted AND org_id = NULLIF(current_setting('myapp.org', true), '')::integer) $$;
--- exploit
SELECT WHERE number_taken('B-1');
