-- The order is one of two words, the page a number; the filter stands.
-- base: uuid
--- setup
RESET ROLE;
CREATE FUNCTION newest(descending boolean, page integer) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT title FROM items WHERE tenant_id = current_setting(''app.current_tenant_id'')::uuid ORDER BY created_at %s LIMIT 10 OFFSET %s',
        CASE WHEN descending THEN 'DESC' ELSE 'ASC' END, page);
END $$;
--- exploit
SELECT newest FROM newest(true, 0) WHERE newest <> 'anvil';
