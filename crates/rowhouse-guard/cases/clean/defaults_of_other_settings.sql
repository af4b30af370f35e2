-- Defaults on the role and the database for things that are no tenant, and an empty tenant.
-- base: text
--- setup
RESET ROLE;
ALTER ROLE {app} SET statement_timeout = '5s';
ALTER ROLE {app} SET search_path = public;
ALTER DATABASE {db} SET app.tenant = '';
ALTER DATABASE {db} SET app.version = '7';
ALTER ROLE {app} SET row_security = on;
--- exploit
SELECT id FROM documents WHERE account_id = 'bolt';
