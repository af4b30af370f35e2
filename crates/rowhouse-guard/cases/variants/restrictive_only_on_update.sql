-- The floor holds for updates only.
-- object: public.items
-- base: uuid
--- setup
DROP POLICY tenant_isolation ON items; CREATE POLICY anyone ON items USING (true);
--- leak
CREATE POLICY floor ON items AS RESTRICTIVE FOR UPDATE USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- twin
CREATE POLICY floor ON items AS RESTRICTIVE USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
SELECT FROM items WHERE tenant_id = '{B}';
