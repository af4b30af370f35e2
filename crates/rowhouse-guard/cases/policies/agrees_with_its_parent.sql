-- The row's tenant is compared with its parent's, which a definer function looks up, and with nobody's setting.
-- object: public.encounters
-- base: clinic
--- setup
RESET ROLE;
CREATE FUNCTION practice_of(uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT p.practice_id FROM public.patients p WHERE p.id = $1 AND p.practice_id = nullif(current_setting('clinic.practice', true), '')::uuid $$;
SET ROLE {owner};
DROP POLICY floor ON encounters;
CREATE POLICY floor ON encounters AS RESTRICTIVE USING (practice_id = practice_of(patient_id));
--- leak
RESET ROLE;
CREATE OR REPLACE FUNCTION practice_of(uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT p.practice_id FROM public.patients p WHERE p.id = $1 $$;
--- exploit
SELECT notes FROM encounters WHERE practice_id = '{B}';
