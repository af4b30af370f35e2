-- The tenant by IN and by ANY.
-- base: uuid
--- setup
DROP POLICY tenant_isolation ON items;
DROP POLICY tenant_isolation ON comments;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id IN (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant_isolation ON comments
    USING (tenant_id = ANY (ARRAY[current_setting('app.current_tenant_id')::uuid]));
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
