-- NOT (… IS DISTINCT FROM …) is equality, and a NULL setting matches no row since the column is NOT NULL.
-- base: third_clinic
--- setup
ALTER POLICY by_practice ON clinic.patient
    USING (NOT (practice_id IS DISTINCT FROM NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
--- exploit
SELECT family_name FROM clinic.patient WHERE practice_id = '{B}';
