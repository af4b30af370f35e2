-- Writing files as the server.
-- object: role:{ingest}
-- base: metrics
--- leak
RESET ROLE; GRANT pg_write_server_files TO {ingest};
--- exploit
COPY (SELECT 1) TO '/dev/null'; SELECT 1;
