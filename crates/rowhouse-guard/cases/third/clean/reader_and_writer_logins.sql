-- Two logins of the service, one that reads and one that writes, each with its own policies.
-- base: third_clinic
--- setup
RESET ROLE;
CREATE ROLE {reader} LOGIN;
GRANT USAGE ON SCHEMA clinic TO {reader};
GRANT SELECT ON clinic.patient, clinic.visit TO {reader};
CREATE POLICY reads ON clinic.patient FOR SELECT TO {reader} USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid));
CREATE POLICY reads ON clinic.visit FOR SELECT TO {reader} USING (practice_id = (SELECT NULLIF(current_setting('clinic.practice_id', true), '')::uuid) AND state <> 'missed');
--- exploit
SELECT reason FROM clinic.visit WHERE practice_id = '{B}';
