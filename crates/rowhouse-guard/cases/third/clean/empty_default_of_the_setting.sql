-- The database gives the setting an empty default, so that a forgotten tenant means no rows and no error.
-- base: third_rails
--- setup
RESET ROLE;
ALTER DATABASE {db} SET rls.account_id = '';
ALTER ROLE {puma} SET statement_timeout = '30s';
ALTER ROLE {puma} SET search_path = public;
--- exploit
SELECT set_config('rls.account_id', '', true);
SELECT title FROM courses;
