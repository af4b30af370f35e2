-- A column of a filtered view counts matching rows of all tenants.
-- object: public.patient_hints
-- base: clinic
--- leak
RESET ROLE;
CREATE VIEW patient_hints WITH (security_barrier) AS SELECT p.full_name,
    EXISTS (SELECT FROM patients o WHERE o.practice_id <> p.practice_id AND o.born IS NOT DISTINCT FROM p.born) AS seen_elsewhere
    FROM patients p WHERE p.practice_id = current_setting('clinic.practice')::uuid;
GRANT SELECT ON patient_hints TO {ehr};
--- twin
RESET ROLE;
CREATE VIEW patient_hints WITH (security_barrier) AS SELECT p.full_name,
    EXISTS (SELECT FROM patients o WHERE o.practice_id = p.practice_id AND o.id <> p.id AND o.born IS NOT DISTINCT FROM p.born) AS seen_elsewhere
    FROM patients p WHERE p.practice_id = current_setting('clinic.practice')::uuid;
GRANT SELECT ON patient_hints TO {ehr};
--- exploit
SELECT full_name FROM patient_hints WHERE seen_elsewhere;
