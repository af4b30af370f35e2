-- The planner's statistics hold values of all tenants, and the app role may read them raw.
-- object: pg_catalog.pg_statistic
-- object: role:{app}
-- base: integer
--- setup
RESET ROLE;
INSERT INTO orders (org_id, number) SELECT 2, 'B-secret' || n % 3 + 10 FROM generate_series(1, 3) AS n;
ANALYZE orders;
--- leak
RESET ROLE;
GRANT SELECT ON pg_statistic TO {app};
--- exploit
SELECT FROM pg_statistic WHERE stavalues1::text LIKE '%B-secret%' OR stavalues2::text LIKE '%B-secret%';
