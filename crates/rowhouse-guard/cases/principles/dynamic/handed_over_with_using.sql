-- A statement that is written out is judged whether EXECUTE runs it or not.
-- object: public.total(integer)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION total(floor integer) RETURNS numeric LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found numeric;
BEGIN
    EXECUTE 'SELECT sum(total) FROM orders WHERE total >= $1' INTO found USING floor;
    RETURN found;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION total(floor integer) RETURNS numeric LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found numeric;
BEGIN
    EXECUTE 'SELECT sum(total) FROM orders WHERE total >= $1 AND org_id = $2' INTO found
        USING floor, NULLIF(current_setting('myapp.org', true), '')::integer;
    RETURN found;
END $$;
--- exploit
SELECT 1 WHERE total(0) > 10;
