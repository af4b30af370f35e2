-- The same, imported into a schema of its own, granted to PUBLIC.
-- object: warehouse."Orders"
-- base: integer
-- extension: postgres_fdw
--- setup
RESET ROLE;
CREATE EXTENSION postgres_fdw;
CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{socket}', port '{port}', dbname '{db}');
CREATE USER MAPPING FOR PUBLIC SERVER warehouse OPTIONS (user 'postgres', password_required 'false');
CREATE SCHEMA warehouse;
CREATE FOREIGN TABLE warehouse."Orders" (id integer, org_id integer, note text) SERVER warehouse OPTIONS (schema_name 'public', table_name 'orders');
GRANT SELECT ON warehouse."Orders" TO PUBLIC;
--- leak
RESET ROLE;
GRANT USAGE ON SCHEMA warehouse TO {app};
--- exploit
SELECT id FROM warehouse."Orders" WHERE org_id = {B};
