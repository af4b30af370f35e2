-- A deadline after which data counts as public.
-- object: clinic.visit
-- base: third_clinic
--- leak
CREATE POLICY research ON clinic.visit FOR SELECT TO {app} USING (starts_at < now() - interval '10 days');
--- exploit
SELECT reason FROM clinic.visit WHERE practice_id = '{B}';
