-- Only the first eight characters of the id are compared.
-- object: public.items
-- base: uuid
--- setup
RESET ROLE;
INSERT INTO tenants VALUES ('11111111-9999-4999-8999-999999999999', 'Cut');
INSERT INTO items (tenant_id, title) VALUES ('11111111-9999-4999-8999-999999999999', 'of cut');
--- leak
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items
    USING (left(tenant_id::text, 8) = left(current_setting('app.current_tenant_id'), 8));
--- exploit
SELECT id FROM items WHERE title = 'of cut';
