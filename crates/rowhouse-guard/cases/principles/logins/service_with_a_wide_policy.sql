-- Beside a reader, and the wide policy is the service's.
-- object: public.items
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {viewer} LOGIN;
GRANT SELECT ON tenants, items TO {viewer};
--- leak
CREATE POLICY search ON items FOR SELECT TO {app} USING (true);
--- twin
CREATE POLICY search ON items FOR SELECT TO {viewer} USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
SELECT title FROM items WHERE tenant_id = '{B}';
