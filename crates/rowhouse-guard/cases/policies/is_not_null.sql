-- Whether a tenant is set is asked, not which.
-- object: public.items
-- base: uuid
--- leak
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items USING (current_setting('app.current_tenant_id', true) IS NOT NULL);
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
