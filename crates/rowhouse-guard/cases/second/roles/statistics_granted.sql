-- The statistics table holds sample values of every tenant.
-- object: pg_catalog.pg_statistic
-- object: role:{backend}
-- base: wiki
--- setup
RESET ROLE; ANALYZE documents;
--- leak
RESET ROLE; GRANT SELECT ON pg_statistic TO {backend};
--- exploit
SELECT FROM pg_statistic WHERE starelid = 'documents'::regclass AND stanumbers1 IS NOT NULL OR starelid = 'documents'::regclass AND stavalues1 IS NOT NULL;
