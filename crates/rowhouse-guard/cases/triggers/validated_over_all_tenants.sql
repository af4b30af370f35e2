-- A trigger that refuses what somebody else has tells who has it.
-- object: public.refuse_twice()
-- object: public.patients
-- base: clinic
--- setup
RESET ROLE;
--- leak
RESET ROLE;
CREATE FUNCTION refuse_twice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM patients p WHERE p.insurance_no = NEW.insurance_no AND p.id <> NEW.id) THEN RAISE EXCEPTION 'insured twice' USING ERRCODE = 'P0099'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse AFTER INSERT ON patients FOR EACH ROW EXECUTE FUNCTION refuse_twice();
--- twin
RESET ROLE;
CREATE FUNCTION refuse_twice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM patients p WHERE p.insurance_no = NEW.insurance_no AND p.practice_id = NEW.practice_id AND p.id <> NEW.id) THEN RAISE EXCEPTION 'insured twice' USING ERRCODE = 'P0099'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse AFTER INSERT ON patients FOR EACH ROW EXECUTE FUNCTION refuse_twice();
--- exploit
DO $$ BEGIN
    INSERT INTO patients (practice_id, full_name, insurance_no) VALUES ('{A}', 'x', 'B1');
EXCEPTION WHEN SQLSTATE 'P0099' THEN PERFORM set_config('spy.hit', 'yes', true); END $$;
SELECT 1 WHERE current_setting('spy.hit', true) = 'yes';
