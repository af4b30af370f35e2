-- A function that gives the rows of whatever table its argument's type is.
-- object: public.rows_of(anyelement)
-- base: projects
--- setup
RESET ROLE;
CREATE FUNCTION rows_of(anyelement) RETURNS SETOF anyelement LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN RETURN QUERY EXECUTE format('SELECT * FROM %s', pg_typeof($1)); END $$;
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION rows_of(anyelement) SECURITY INVOKER;
--- exploit
SELECT name FROM rows_of(NULL::files) WHERE name = 'b.pdf';
