-- The restrictive floor holds for rows that are written; those that are read pass by USING (true).
-- object: public.prescriptions
-- base: clinic
--- leak
DROP POLICY floor ON prescriptions;
CREATE POLICY floor ON prescriptions AS RESTRICTIVE USING (true)
    WITH CHECK (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
--- exploit
SELECT drug FROM prescriptions WHERE practice_id = '{B}';
