-- A materialized view keeps what its owner saw; it has no policies at all.
-- object: clinic.visits_per_day
-- base: third_clinic
--- setup
RESET ROLE;
CREATE MATERIALIZED VIEW clinic.visits_per_day AS
    SELECT practice_id, starts_at::date AS day, count(*) AS visits FROM clinic.visit GROUP BY 1, 2;
CREATE INDEX ON clinic.visits_per_day (practice_id, day);
--- leak
RESET ROLE;
GRANT SELECT ON clinic.visits_per_day TO {app};
--- twin
RESET ROLE;
CREATE VIEW clinic.visits_by_day WITH (security_barrier) AS
    SELECT day, visits FROM clinic.visits_per_day
     WHERE practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid);
GRANT SELECT ON clinic.visits_by_day TO {app};
--- exploit
SELECT visits FROM clinic.visits_per_day WHERE practice_id = '{B}';
