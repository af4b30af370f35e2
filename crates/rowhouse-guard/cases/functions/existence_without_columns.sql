-- A definer function asks by queries without columns, as SQL allows, whether any tenant has an order of this number.
-- object: public.is_taken(text)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION is_taken(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT WHERE EXISTS (SELECT FROM orders WHERE number = wanted)) $$;
--- twin
RESET ROLE;
CREATE FUNCTION is_taken(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT EXISTS (SELECT WHERE EXISTS (
            SELECT FROM orders WHERE number = wanted AND org_id = NULLIF(current_setting('myapp.org', true), '')::integer))
    $$;
--- exploit
SELECT WHERE is_taken('B-1');
