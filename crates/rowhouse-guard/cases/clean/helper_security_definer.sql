-- The helper of the policies is a definer's with a fixed search_path, and checks that the tenant is active.
-- base: uuid
--- setup
ALTER TABLE tenants ADD COLUMN active boolean NOT NULL DEFAULT true;
RESET ROLE;
CREATE FUNCTION active_tenant() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT t.id FROM public.tenants t
          WHERE t.id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid AND t.active $$;
SET ROLE {owner};
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items USING (tenant_id = (SELECT active_tenant()));
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
