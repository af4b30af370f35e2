-- The check is about the amount alone.
-- object: public.items
-- base: uuid
--- leak
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))
    WITH CHECK (title <> '');
--- twin
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))
    WITH CHECK (title <> '' AND tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
INSERT INTO items (tenant_id, title) VALUES ('{B}', 'planted');
--- proof
SELECT FROM items WHERE tenant_id = '{B}' AND title = 'planted';
