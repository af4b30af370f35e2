-- A business-intelligence login with a policy of its own.
-- base: shop
--- setup
RESET ROLE; CREATE ROLE {metabase} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {metabase}; CREATE POLICY bi ON invoices FOR SELECT TO {metabase} USING (true); CREATE POLICY bi ON users FOR SELECT TO {metabase} USING (true);
--- exploit
SELECT FROM invoices WHERE company_id = 202;
