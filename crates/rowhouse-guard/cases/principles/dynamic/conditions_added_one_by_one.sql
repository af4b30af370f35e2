-- Conditions are added to a text as they are needed; the terms are quoted, or they are not.
-- object: public.sift(text,text)
-- base: uuid
--- leak
RESET ROLE;
CREATE FUNCTION sift(term text, other text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    q text := 'SELECT title FROM items WHERE tenant_id = current_setting(''app.current_tenant_id'')::uuid';
BEGIN
    IF term IS NOT NULL THEN
        q := q || format(' AND title = %L', term);
    END IF;
    IF other IS NOT NULL THEN
        q := q || ' AND secret = ''' || other || '''';
    END IF;
    RETURN QUERY EXECUTE q;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION sift(term text, other text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    q text := 'SELECT title FROM items WHERE tenant_id = current_setting(''app.current_tenant_id'')::uuid';
BEGIN
    IF term IS NOT NULL THEN
        q := q || format(' AND title = %L', term);
    END IF;
    IF other IS NOT NULL THEN
        q := q || ' AND secret = ' || quote_literal(other);
    END IF;
    RETURN QUERY EXECUTE q;
END $$;
--- exploit
SELECT sift FROM sift(NULL, ''' OR title = ''bolt');
