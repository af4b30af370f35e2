-- Nothing can be injected, and the tenant is still the caller's to name.
-- object: public.titles_of(text)
-- base: text
--- leak
RESET ROLE;
CREATE FUNCTION titles_of(account text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT title FROM documents WHERE account_id = %L', account);
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION titles_of(account text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT title FROM documents WHERE account_id = %L AND author = %L', current_setting('app.tenant'), account);
END $$;
--- exploit
SELECT titles_of FROM titles_of('bolt');
