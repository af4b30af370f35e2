-- A foreign server and its tables for the owner's nightly import.
-- base: uuid
-- extension: postgres_fdw
-- extension: dblink
--- setup
RESET ROLE;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION dblink;
CREATE SERVER legacy FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'legacy.example', dbname 'legacy');
CREATE USER MAPPING FOR {owner} SERVER legacy OPTIONS (user 'reader', password 'secret');
GRANT USAGE ON FOREIGN SERVER legacy TO {owner};
SET ROLE {owner};
CREATE FOREIGN TABLE legacy_items (id uuid, tenant_id uuid, title text) SERVER legacy;
--- exploit
SELECT id FROM legacy_items;
