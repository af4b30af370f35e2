-- The policy's helper ignores what it is given.
-- object: public.can_see(uuid)
-- object: public.items
-- base: uuid
--- setup
DROP POLICY tenant_isolation ON items;
--- leak
CREATE FUNCTION can_see(tenant uuid) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT current_setting('app.current_tenant_id', true) <> '' $$;
CREATE POLICY tenant_isolation ON items USING (can_see(tenant_id));
--- twin
CREATE FUNCTION can_see(tenant uuid) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT tenant = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$;
CREATE POLICY tenant_isolation ON items USING (can_see(tenant_id));
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
