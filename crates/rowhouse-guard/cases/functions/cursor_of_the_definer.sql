-- A cursor that a definer function opens is read by its caller.
-- object: public.open_feed()
-- base: projects
--- setup
RESET ROLE;
CREATE FUNCTION open_feed() RETURNS refcursor LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE c refcursor := 'feed';
BEGIN OPEN c FOR SELECT f.name FROM files f ORDER BY f.name; RETURN c; END $$;
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION open_feed() SECURITY INVOKER;
--- exploit
SELECT open_feed();
MOVE 1 FROM feed;
FETCH 1 FROM feed;
