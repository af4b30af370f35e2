-- The tenant column's default is the setting, and the check holds it.
-- base: uuid
--- setup
ALTER TABLE items ALTER tenant_id SET DEFAULT current_setting('app.current_tenant_id')::uuid;
ALTER TABLE comments ALTER tenant_id SET DEFAULT current_setting('app.current_tenant_id')::uuid;
--- exploit
INSERT INTO items (tenant_id, title) VALUES ('{B}', 'planted');
--- proof
SELECT FROM items WHERE title = 'planted' AND tenant_id = '{B}';
