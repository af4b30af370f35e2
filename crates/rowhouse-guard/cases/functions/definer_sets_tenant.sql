-- A definer function takes the tenant as a parameter and sets it, whoever asks.
-- object: public.open_as(text)
-- base: uuid
--- leak
CREATE FUNCTION open_as(tenant text) RETURNS SETOF items LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('app.current_tenant_id', tenant, true);
    RETURN QUERY SELECT * FROM items;
END $$;
--- twin
CREATE FUNCTION open_as(tenant text) RETURNS SETOF items LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM items WHERE tenant_id = tenant::uuid;
END $$;
--- exploit
SELECT id FROM open_as('{B}') WHERE tenant_id = '{B}';
