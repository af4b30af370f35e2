-- The login may SET ROLE to the on-call group, and that one to the repair role, which bypasses row security; none inherits.
-- object: role:{puma}
-- base: third_rails
--- setup
RESET ROLE;
CREATE ROLE {oncall} NOLOGIN NOINHERIT;
CREATE ROLE {repair} NOLOGIN BYPASSRLS;
ALTER ROLE {puma} NOINHERIT;
GRANT {web} TO {oncall};
GRANT {oncall} TO {puma};
GRANT SELECT ON courses, lessons TO {repair};
--- leak
RESET ROLE;
GRANT {repair} TO {oncall};
--- tenant
SET LOCAL ROLE {web};
SELECT set_config('rls.account_id', '{tenant}', true);
--- exploit
SET LOCAL ROLE {repair};
SELECT title FROM courses WHERE account_id = 202;
