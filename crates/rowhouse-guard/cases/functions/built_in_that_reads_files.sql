-- A built-in function that reads the server's files, granted to the app role.
-- object: pg_catalog.pg_read_file(text)
-- object: role:{app}
-- base: uuid
--- leak
RESET ROLE;
GRANT EXECUTE ON FUNCTION pg_read_file(text) TO {app};
--- exploit
SELECT pg_read_file('PG_VERSION');
