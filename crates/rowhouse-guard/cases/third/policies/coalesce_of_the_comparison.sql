-- COALESCE around the comparison, not around the value, with true for "do not know".
-- object: clinic.patient
-- base: third_clinic
-- tenant: none
--- leak
ALTER POLICY by_practice ON clinic.patient
    USING (COALESCE(practice_id = NULLIF(current_setting('clinic.practice_id', true), '')::uuid, true));
--- twin
ALTER POLICY by_practice ON clinic.patient
    USING (COALESCE(practice_id = NULLIF(current_setting('clinic.practice_id', true), '')::uuid, false));
--- exploit
SELECT family_name FROM clinic.patient WHERE practice_id = '{B}';
