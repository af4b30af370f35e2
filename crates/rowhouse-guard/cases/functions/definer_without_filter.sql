-- A definer function of a superuser returns everybody's rows.
-- object: public.list_items()
-- base: uuid
--- leak
RESET ROLE;
CREATE FUNCTION list_items() RETURNS SETOF items LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM items $$;
--- twin
RESET ROLE;
CREATE FUNCTION list_items() RETURNS SETOF items LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM items WHERE tenant_id = current_setting('app.current_tenant_id')::uuid $$;
--- exploit
SELECT id FROM list_items() WHERE tenant_id = '{B}';
