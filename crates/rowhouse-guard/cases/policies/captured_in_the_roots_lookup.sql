-- The sub-select asks the table of tenants for "tenant_id", which it has not: the column is the row's own, and every row
-- is among itself.
-- object: public.items
-- base: uuid
--- leak
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id IN (SELECT tenant_id FROM tenants WHERE id = current_setting('app.current_tenant_id')::uuid));
--- twin
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id IN (SELECT id FROM tenants WHERE id = current_setting('app.current_tenant_id')::uuid));
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
