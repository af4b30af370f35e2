-- Whoever calls himself the back office sees all.
-- object: public.patients
-- base: clinic
--- leak
DROP POLICY floor ON patients;
CREATE POLICY floor ON patients AS RESTRICTIVE
    USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid)
           OR current_setting('application_name') = 'backoffice');
--- exploit
SET LOCAL application_name = 'backoffice';
SELECT full_name FROM patients WHERE practice_id = '{B}';
