-- Other defaults on the role.
-- base: shop
--- setup
RESET ROLE; ALTER ROLE {web} SET statement_timeout = '15s'; ALTER ROLE {web} SET search_path = public; ALTER DATABASE {db} SET timezone = 'UTC'; ALTER DATABASE {db} SET app.environment = 'production';
--- exploit
SELECT FROM invoices WHERE company_id = 202;
