-- %I keeps the syntax whole and lets the caller choose the table; a fixed list does not.
-- object: public.count_rows(text)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION count_rows(what text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %I', what) INTO n;
    RETURN n;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION count_rows(what text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s WHERE org_id = NULLIF(current_setting(''myapp.org'', true), '''')::integer',
        CASE what WHEN 'orders' THEN 'orders' ELSE 'order_lines' END) INTO n;
    RETURN n;
END $$;
--- exploit
SELECT 1 WHERE count_rows('orders') > 1;
