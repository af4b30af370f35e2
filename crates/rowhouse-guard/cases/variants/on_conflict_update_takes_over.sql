-- An upsert policy lets another tenant's row be updated.
-- object: public.items
-- base: uuid
--- setup
DROP POLICY tenant_isolation ON items; CREATE POLICY r ON items FOR SELECT USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid)); CREATE POLICY i ON items FOR INSERT WITH CHECK (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid)); CREATE POLICY d ON items FOR DELETE USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- leak
CREATE POLICY u ON items FOR UPDATE USING (true) WITH CHECK (true);
--- twin
CREATE POLICY u ON items FOR UPDATE USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
UPDATE items SET title = 'stolen';
--- proof
SELECT FROM items WHERE title = 'stolen' AND tenant_id = '{B}';
