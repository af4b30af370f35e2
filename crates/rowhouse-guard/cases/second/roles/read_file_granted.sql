-- EXECUTE on pg_read_file.
-- object: pg_catalog.pg_read_file(text)
-- object: role:{app_user}
-- base: hasura
--- leak
RESET ROLE; GRANT EXECUTE ON FUNCTION pg_read_file(text) TO {app_user};
--- exploit
SELECT pg_read_file('PG_VERSION');
