-- A setting of the database switches the privileges of large objects off.
-- object: database:{db}
-- base: projects
--- setup
RESET ROLE;
SELECT lo_from_bytea(424242, 'contract of b');
--- leak
RESET ROLE;
ALTER DATABASE {db} SET lo_compat_privileges = on;
--- exploit
SELECT 1 WHERE lo_get(424242) = 'contract of b';
