-- A bulk read: the ids come as JSON, and what they name is returned, whoever has it.
-- object: public.orders_by_ids(jsonb)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION orders_by_ids(ids jsonb) RETURNS TABLE (number text, note text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT o.number, o.note FROM jsonb_array_elements_text(ids) AS given (id) JOIN orders o ON o.id = given.id::integer;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION orders_by_ids(ids jsonb) RETURNS TABLE (number text, note text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT o.number, o.note FROM jsonb_array_elements_text(ids) AS given (id) JOIN orders o ON o.id = given.id::integer
        WHERE o.org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
END $$;
--- exploit
SELECT note FROM orders_by_ids('[2]');
