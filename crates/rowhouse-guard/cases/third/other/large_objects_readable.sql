-- Uploads live in large objects, and one database setting of a driver's manual makes them all readable.
-- object: database:{db}
-- base: third_clinic
--- setup
RESET ROLE;
SELECT lo_from_bytea(424242, 'secret of b');
ALTER LARGE OBJECT 424242 OWNER TO {owner};
--- leak
RESET ROLE;
ALTER DATABASE {db} SET lo_compat_privileges = on;
--- exploit
SELECT 1 WHERE convert_from(lo_get(424242), 'UTF8') = 'secret of b';
