-- A floor for everybody under permissive policies that are about other things.
-- base: uuid
--- setup
DROP POLICY tenant_isolation ON items;
CREATE POLICY floor ON items AS RESTRICTIVE
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))
    WITH CHECK (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY everyone_reads ON items FOR SELECT USING (true);
CREATE POLICY writers_write ON items FOR ALL USING (current_setting('app.may_write', true) = 'yes');
--- exploit
SELECT set_config('app.may_write', 'yes', true);
SELECT id FROM items WHERE tenant_id = '{B}';
