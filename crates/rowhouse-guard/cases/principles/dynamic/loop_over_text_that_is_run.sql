-- A loop runs a text; with the caller's condition in it, or without.
-- object: public.lines(text)
-- base: text
--- leak
RESET ROLE;
CREATE FUNCTION lines(cond text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r record;
BEGIN
    FOR r IN EXECUTE 'SELECT body FROM documents WHERE account_id = current_setting(''app.tenant'') AND ' || cond LOOP
        RETURN NEXT r.body;
    END LOOP;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION lines(cond text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r record;
BEGIN
    FOR r IN EXECUTE 'SELECT body FROM documents WHERE account_id = current_setting(''app.tenant'') AND author = $1' USING cond LOOP
        RETURN NEXT r.body;
    END LOOP;
END $$;
--- exploit
SELECT lines FROM lines('false OR account_id = ''bolt''');
