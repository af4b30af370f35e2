-- Extensions as everybody installs them.
-- extension: pgcrypto
-- extension: pg_trgm
-- base: orm
--- setup
RESET ROLE; CREATE EXTENSION pgcrypto; CREATE EXTENSION pg_trgm;
--- exploit
SELECT FROM "Document" WHERE "organizationId" = '{B}';
