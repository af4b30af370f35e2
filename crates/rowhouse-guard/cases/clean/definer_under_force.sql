-- Definer functions of the owner, for whom row security is forced.
-- base: uuid
--- setup
CREATE FUNCTION items_total() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM items $$;
CREATE FUNCTION item_title(wanted uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN RETURN (SELECT title FROM items WHERE id = wanted); END $$;
--- exploit
SELECT WHERE items_total() > 1 OR item_title('bbbbbbbb-0000-4000-8000-000000000001') IS NOT NULL;
