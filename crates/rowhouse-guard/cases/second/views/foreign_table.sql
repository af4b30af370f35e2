-- A foreign table that loops back into the database as a superuser.
-- object: public.remote_boards
-- extension: postgres_fdw
-- base: supa
--- setup
RESET ROLE;
CREATE EXTENSION postgres_fdw;
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{socket}', port '{port}', dbname '{db}');
DO $$ BEGIN EXECUTE format('CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user %L, password_required %L)', session_user, 'false'); END $$;
CREATE FOREIGN TABLE remote_boards (id uuid, org_id uuid, title text) SERVER loop OPTIONS (schema_name 'public', table_name 'boards');
--- leak
RESET ROLE; GRANT SELECT ON remote_boards TO {authenticated};
--- exploit
SELECT FROM remote_boards WHERE org_id = '{B}';
