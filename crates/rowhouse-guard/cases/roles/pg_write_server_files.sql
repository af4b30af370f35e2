-- Who writes the server's files can make it run anything.
-- object: role:{app}
-- base: integer
--- leak
RESET ROLE;
GRANT pg_write_server_files TO {app};
--- exploit
COPY (SELECT 1) TO '/dev/null';
SELECT 1;
