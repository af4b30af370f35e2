-- Roles that bypass row security exist for backups and support; the app role is a member of neither.
-- base: third_rails
--- setup
RESET ROLE;
CREATE ROLE {backup} LOGIN BYPASSRLS;
GRANT pg_read_all_data TO {backup};
CREATE ROLE {console} LOGIN NOINHERIT;
GRANT {web}, {backup} TO {console};
--- exploit
SET LOCAL ROLE {backup};
SELECT title FROM courses WHERE account_id = 202;
