-- The function the app calls reads nothing itself; the one it calls reads everything, and runs as whom it is called by.
-- object: chat.digest()
-- base: chat
--- setup
RESET ROLE;
CREATE FUNCTION chat.lines() RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = chat, pg_temp
    AS $$ BEGIN RETURN QUERY SELECT body FROM messages; END $$;
REVOKE EXECUTE ON FUNCTION chat.lines() FROM PUBLIC;
CREATE FUNCTION chat.digest() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = chat, pg_temp
    AS $$ BEGIN RETURN (SELECT string_agg(l, E'\n') FROM lines() l); END $$;
--- leak
--- twin
RESET ROLE;
GRANT EXECUTE ON FUNCTION chat.lines() TO {app};
ALTER FUNCTION chat.digest() SECURITY INVOKER;
--- exploit
SELECT 1 WHERE chat.digest() LIKE '%of b%';
