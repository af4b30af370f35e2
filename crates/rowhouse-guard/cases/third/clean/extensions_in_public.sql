-- Extensions with their functions, operators and views in public, as managed databases come.
-- base: third_members
-- extension: pg_stat_statements
--- setup
RESET ROLE;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION "uuid-ossp";
CREATE EXTENSION pg_stat_statements;
CREATE INDEX ON notes USING gin (body gin_trgm_ops);
--- exploit
SELECT body FROM notes WHERE body % 'secret of b';
