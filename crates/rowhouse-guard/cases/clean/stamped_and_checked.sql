-- A trigger stamps the tenant and the time, and the policy checks the tenant all the same.
-- base: clinic
--- setup
ALTER TABLE encounters ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN updated_by text;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.practice_id := current_setting('clinic.practice')::uuid;
    NEW.updated_at := now();
    NEW.updated_by := current_setting('clinic.user', true);
    RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON encounters FOR EACH ROW EXECUTE FUNCTION stamp();
--- exploit
SELECT notes FROM encounters WHERE practice_id = '{B}';
