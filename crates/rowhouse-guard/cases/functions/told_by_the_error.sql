-- The error of a definer function quotes the row that is in the way.
-- object: public.book(text)
-- base: clinic
--- leak
RESET ROLE;
CREATE FUNCTION book(p_insurance text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_name text;
BEGIN
    SELECT p.full_name INTO v_name FROM patients p WHERE p.insurance_no = p_insurance;
    IF FOUND THEN RAISE EXCEPTION 'already a patient: %', v_name; END IF;
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION book(p_insurance text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_name text;
BEGIN
    SELECT p.full_name INTO v_name FROM patients p WHERE p.insurance_no = p_insurance AND p.practice_id = current_setting('clinic.practice')::uuid;
    IF FOUND THEN RAISE EXCEPTION 'already a patient: %', v_name; END IF;
END $$;
--- exploit
DO $$ BEGIN
    PERFORM book('B1');
EXCEPTION WHEN raise_exception THEN PERFORM set_config('spy.said', SQLERRM, true); END $$;
SELECT 1 WHERE current_setting('spy.said', true) LIKE '%Bob%';
