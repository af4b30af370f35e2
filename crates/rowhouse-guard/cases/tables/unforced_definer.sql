-- Row security is not forced, so a function of the owner goes past it.
-- object: public.item_count()
-- object: public.items
-- base: uuid
--- setup
CREATE FUNCTION item_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM items $$;
--- leak
ALTER TABLE items NO FORCE ROW LEVEL SECURITY;
--- exploit
SELECT WHERE item_count() > 1;
