-- SELECT on pg_statistic, for a bloat query copied from a wiki: the most common values of every tenant's columns.
-- object: pg_catalog.pg_statistic
-- object: role:{app}
-- base: third_clinic
--- setup
RESET ROLE;
INSERT INTO clinic.visit (practice_id, patient_id, starts_at, reason)
    SELECT '{B}', '0b000000-0000-4000-8000-0000000000b1', now(), 'secret of b' FROM generate_series(1, 50);
ANALYZE clinic.visit;
--- leak
RESET ROLE;
GRANT SELECT ON pg_catalog.pg_statistic TO {app};
--- exploit
SELECT stavalues1 FROM pg_statistic WHERE starelid = 'clinic.visit'::regclass AND stavalues1::text LIKE '%secret of b%';
