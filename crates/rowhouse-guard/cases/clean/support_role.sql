-- Members of the support group see all, and the service is none.
-- base: clinic
--- setup
RESET ROLE;
CREATE ROLE {support} NOLOGIN;
GRANT SELECT ON patients TO {support};
SET ROLE {owner};
DROP POLICY floor ON patients;
CREATE POLICY floor ON patients AS RESTRICTIVE USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid)
    OR pg_has_role(current_user, '{support}', 'member'));
--- exploit
SELECT full_name FROM patients WHERE practice_id = '{B}';
