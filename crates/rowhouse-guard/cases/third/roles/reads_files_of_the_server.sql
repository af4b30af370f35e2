-- EXECUTE on pg_read_binary_file, granted for an import job: the heap files hold every tenant's rows.
-- object: role:{app}
-- object: pg_catalog.pg_read_binary_file(text)
-- object: pg_catalog.pg_read_binary_file(filename text)
-- base: third_clinic
--- leak
RESET ROLE;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text) TO {app};
--- operator
RESET ROLE;
CHECKPOINT;
--- exploit
SELECT 1 WHERE position('secret of b'::bytea IN pg_read_binary_file(pg_relation_filepath('clinic.visit'))) > 0;
