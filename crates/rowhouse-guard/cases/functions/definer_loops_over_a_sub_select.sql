-- A definer function reads everybody's rows where a loop, an assertion or a message asks for them.
-- object: public.numbers()
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION numbers() RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n text;
BEGIN FOREACH n IN ARRAY ARRAY(SELECT number FROM orders) LOOP RETURN NEXT n; END LOOP; END $$;
--- twin
RESET ROLE;
CREATE FUNCTION numbers() RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp AS $$
DECLARE n text;
BEGIN FOREACH n IN ARRAY ARRAY(SELECT number FROM orders) LOOP RETURN NEXT n; END LOOP; END $$;
--- exploit
SELECT * FROM numbers() n WHERE n LIKE 'B-%';
