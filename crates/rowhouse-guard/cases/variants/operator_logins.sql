-- A relay, a business-intelligence tool and a help desk beside the service.
-- base: uuid
--- setup
RESET ROLE; CREATE ROLE {relay} LOGIN BYPASSRLS; CREATE ROLE {tableau} LOGIN; CREATE ROLE {desk} LOGIN BYPASSRLS; GRANT SELECT, DELETE ON items TO {relay}; GRANT SELECT ON items, comments TO {tableau}, {desk}; CREATE POLICY t ON items FOR SELECT TO {tableau} USING (true);
--- exploit
SELECT FROM items WHERE tenant_id = '{B}';
