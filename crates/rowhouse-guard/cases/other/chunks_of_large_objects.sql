-- The catalog that holds the content of large objects was granted.
-- object: pg_catalog.pg_largeobject
-- object: role:{app}
-- object: database:{db}
-- base: projects
--- setup
RESET ROLE;
SELECT lo_from_bytea(434343, 'contract of b');
--- leak
RESET ROLE;
GRANT SELECT ON pg_catalog.pg_largeobject TO {app};
--- exploit
SELECT 1 FROM pg_largeobject WHERE data = 'contract of b';
