-- An IMMUTABLE helper is folded into plans that are kept, with the tenant of the first who planned.
-- object: public.tenant()
-- object: public.items
-- base: uuid
-- tenant: none
--- setup
DROP POLICY tenant_isolation ON items;
--- leak
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$;
CREATE POLICY tenant_isolation ON items USING (tenant_id = tenant());
--- twin
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$;
CREATE POLICY tenant_isolation ON items USING (tenant_id = tenant());
--- exploit
SET plan_cache_mode = force_generic_plan;
PREPARE all_items AS SELECT id FROM items WHERE tenant_id = '{B}';
BEGIN;
SELECT set_config('app.current_tenant_id', '{B}', true);
EXECUTE all_items;
COMMIT;
BEGIN;
SELECT set_config('app.current_tenant_id', '{A}', true);
EXECUTE all_items;
