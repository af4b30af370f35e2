-- A foreign table has no row security, and it connects as a role for which the remote side has none either.
-- object: public.remote_items
-- base: uuid
-- extension: postgres_fdw
--- setup
RESET ROLE;
CREATE EXTENSION postgres_fdw;
CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{socket}', port '{port}', dbname '{db}');
CREATE USER MAPPING FOR {app} SERVER warehouse OPTIONS (user 'postgres', password_required 'false');
CREATE FOREIGN TABLE remote_items (id uuid, tenant_id uuid, title text) SERVER warehouse OPTIONS (table_name 'items');
ALTER FOREIGN TABLE remote_items OWNER TO {owner};
--- leak
GRANT SELECT ON remote_items TO {app};
--- exploit
SELECT id FROM remote_items WHERE tenant_id = '{B}';
