-- An auto-updatable invoker view and a touch trigger, which run as whoever writes.
-- base: third_session
--- setup
CREATE VIEW crm.open_deal WITH (security_invoker = true) AS SELECT id, tenant_id, contact_id, worth FROM crm.deal WHERE worth > 0;
GRANT SELECT, INSERT, UPDATE ON crm.open_deal TO {app};
ALTER TABLE crm.contact ADD COLUMN changed timestamptz;
CREATE FUNCTION crm.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON crm.contact FOR EACH ROW EXECUTE FUNCTION crm.touch();
--- exploit
UPDATE crm.open_deal SET worth = 0 WHERE tenant_id = 2 RETURNING id;
