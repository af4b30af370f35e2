-- A body as the server parsed it, without any text to search.
-- object: public.newest_order()
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION newest_order() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC SELECT note FROM orders ORDER BY id DESC LIMIT 1; END;
--- twin
RESET ROLE;
CREATE FUNCTION newest_order() RETURNS text LANGUAGE sql STABLE SECURITY INVOKER
    BEGIN ATOMIC SELECT note FROM orders ORDER BY id DESC LIMIT 1; END;
--- exploit
SELECT WHERE newest_order() = 'of b';
