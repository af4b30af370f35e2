-- The policy for support has a speaking name and no TO, so it is everybody's.
-- object: clinic.prescription
-- base: third_clinic
--- setup
RESET ROLE;
CREATE ROLE {support} LOGIN;
GRANT USAGE ON SCHEMA clinic TO {support};
GRANT SELECT ON clinic.prescription TO {support};
--- leak
CREATE POLICY support_reads ON clinic.prescription FOR SELECT USING (true);
--- twin
CREATE POLICY support_reads ON clinic.prescription FOR SELECT TO {support} USING (true);
--- exploit
SELECT issued_on FROM clinic.prescription WHERE practice_id = '{B}';
