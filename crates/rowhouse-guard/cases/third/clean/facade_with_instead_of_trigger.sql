-- A definer view that is written through an INSTEAD OF trigger, all of it as an owner bound by FORCE.
-- base: third_facade
--- setup
CREATE FUNCTION facade.add_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = core, pg_temp AS $$
BEGIN
    INSERT INTO entry (org, wallet, delta)
        VALUES (NULLIF(current_setting('facade.org', true), '')::uuid, (SELECT id FROM wallet WHERE holder = NEW.holder), NEW.delta);
    RETURN NEW;
END $$;
CREATE TRIGGER add INSTEAD OF INSERT ON facade.entries FOR EACH ROW EXECUTE FUNCTION facade.add_entry();
GRANT INSERT ON facade.entries TO {app};
--- exploit
SELECT delta FROM facade.entries WHERE delta = 200;
