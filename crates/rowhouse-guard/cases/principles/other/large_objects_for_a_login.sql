-- The setting stands on the login: every large object is its.
-- object: role:{app}
-- base: text
--- setup
RESET ROLE;
SELECT lo_from_bytea(515151, 'of b');
ALTER LARGE OBJECT 515151 OWNER TO {owner};
CREATE ROLE {keeper} LOGIN;
--- leak
RESET ROLE;
ALTER ROLE {app} IN DATABASE {db} SET lo_compat_privileges = on;
--- twin
RESET ROLE;
ALTER ROLE {keeper} IN DATABASE {db} SET lo_compat_privileges = on;
--- exploit
SELECT 1 WHERE convert_from(lo_get(515151), 'UTF8') = 'of b';
