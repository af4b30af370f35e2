-- A definer procedure deletes by key, whoever's the row is.
-- object: public.remove_item(uuid)
-- base: uuid
--- setup
DROP TABLE comments;
--- leak
RESET ROLE;
CREATE PROCEDURE remove_item(wanted uuid) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ DELETE FROM items WHERE id = wanted $$;
--- twin
RESET ROLE;
CREATE PROCEDURE remove_item(wanted uuid) LANGUAGE sql SECURITY INVOKER SET search_path = public, pg_temp
    AS $$ DELETE FROM items WHERE id = wanted $$;
--- exploit
CALL remove_item('bbbbbbbb-0000-4000-8000-000000000001');
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM items WHERE id = 'bbbbbbbb-0000-4000-8000-000000000001');
