-- A definer function puts its parameter into SQL without quoting.
-- object: public.search_documents(text)
-- base: text
--- leak
RESET ROLE;
CREATE FUNCTION search_documents(term text) RETURNS SETOF documents LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT * FROM documents WHERE account_id = '
        || quote_literal(current_setting('app.tenant')) || ' AND title LIKE ''' || term || '''';
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION search_documents(term text) RETURNS SETOF documents LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM documents WHERE account_id = current_setting('app.tenant') AND title LIKE term;
END $$;
--- exploit
SELECT id FROM search_documents('x'' OR account_id = ''bolt');
