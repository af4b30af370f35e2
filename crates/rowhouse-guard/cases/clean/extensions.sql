-- Extensions with the functions, types and operators they bring.
-- base: uuid
-- extension: pgcrypto
-- extension: citext
-- extension: pg_trgm
-- extension: btree_gist
-- extension: hstore
-- extension: unaccent
-- extension: uuid-ossp
-- extension: tablefunc
--- setup
RESET ROLE;
CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO {app}, {owner};
CREATE EXTENSION pgcrypto SCHEMA extensions;
CREATE EXTENSION citext SCHEMA extensions;
CREATE EXTENSION pg_trgm SCHEMA extensions;
CREATE EXTENSION btree_gist;
CREATE EXTENSION hstore;
CREATE EXTENSION unaccent;
CREATE EXTENSION "uuid-ossp";
CREATE EXTENSION tablefunc;
SET ROLE {owner};
ALTER TABLE items ADD COLUMN email extensions.citext, ADD COLUMN attributes hstore;
CREATE UNIQUE INDEX items_email ON items (tenant_id, email);
CREATE INDEX items_trigrams ON items USING gin (title extensions.gin_trgm_ops);
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
