-- The column is compared as text: slow, but right, because a uuid has one text.
-- base: uuid
--- setup
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (tenant_id::text = lower((SELECT current_setting('app.current_tenant_id'))));
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
