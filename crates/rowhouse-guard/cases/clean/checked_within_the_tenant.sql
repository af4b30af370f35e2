-- A trigger that looks for doubles within the tenant, and one that keeps a tenant's own counter.
-- base: clinic
--- setup
RESET ROLE;
CREATE TABLE counters (practice_id uuid PRIMARY KEY REFERENCES practices, n bigint NOT NULL);
ALTER TABLE counters OWNER TO {owner};
ALTER TABLE counters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON counters USING (practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
GRANT SELECT ON counters TO {ehr};
CREATE FUNCTION count_patient() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM patients p WHERE p.practice_id = NEW.practice_id AND p.insurance_no = NEW.insurance_no AND p.id <> NEW.id) THEN
        RAISE EXCEPTION 'insured twice';
    END IF;
    INSERT INTO counters AS c VALUES (NEW.practice_id, 1) ON CONFLICT (practice_id) DO UPDATE SET n = c.n + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER count AFTER INSERT ON patients FOR EACH ROW EXECUTE FUNCTION count_patient();
--- exploit
SELECT n FROM counters WHERE practice_id = '{B}';
