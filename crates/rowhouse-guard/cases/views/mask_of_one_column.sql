-- A view masks one column of other tenants' rows and shows the rest of them.
-- object: public.patient_directory
-- base: clinic
--- leak
RESET ROLE;
CREATE VIEW patient_directory AS SELECT id, full_name,
    CASE WHEN practice_id = current_setting('clinic.practice')::uuid THEN insurance_no END AS insurance_no FROM patients;
GRANT SELECT ON patient_directory TO {ehr};
--- twin
RESET ROLE;
CREATE VIEW patient_directory WITH (security_invoker) AS SELECT id, full_name,
    CASE WHEN practice_id = current_setting('clinic.practice')::uuid THEN insurance_no END AS insurance_no FROM patients;
GRANT SELECT ON patient_directory TO {ehr};
--- exploit
SELECT full_name FROM patient_directory WHERE full_name = 'Bob';
