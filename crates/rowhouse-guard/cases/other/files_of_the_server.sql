-- EXECUTE on the function that reads files reads the files of the tables.
-- object: role:{app}
-- object: pg_catalog.pg_read_binary_file(text)
-- object: database:{db}
-- base: projects
--- leak
RESET ROLE;
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO {app};
--- operator
RESET ROLE;
CHECKPOINT;
--- exploit
SELECT 1 WHERE position('b.pdf'::bytea IN pg_read_binary_file(pg_relation_filepath('files'))) > 0;
