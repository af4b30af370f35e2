-- The term is put between quotes by hand; quote_literal does it right.
-- object: public.find_items(text)
-- base: uuid
--- leak
RESET ROLE;
CREATE FUNCTION find_items(term text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stmt text := 'SELECT title FROM items WHERE tenant_id = current_setting(''app.current_tenant_id'')::uuid AND title LIKE ''' || term || '''';
BEGIN
    RETURN QUERY EXECUTE stmt;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION find_items(term text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stmt text := 'SELECT title FROM items WHERE tenant_id = current_setting(''app.current_tenant_id'')::uuid AND title LIKE ' || quote_literal(term || '%');
BEGIN
    RETURN QUERY EXECUTE stmt;
END $$;
--- exploit
SELECT find_items FROM find_items('x'' OR title = ''bolt');
