-- A definer calls a plpgsql helper that reads all rows.
-- object: public.outer_count()
-- base: uuid
--- setup
RESET ROLE; CREATE FUNCTION inner_count() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$ BEGIN RETURN (SELECT count(*) FROM items); END $$; CREATE FUNCTION outer_count() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN RETURN inner_count(); END $$;
--- leak
SELECT 1;
--- twin
RESET ROLE; ALTER FUNCTION outer_count() SECURITY INVOKER;
--- exploit
SELECT WHERE outer_count() > 1;
