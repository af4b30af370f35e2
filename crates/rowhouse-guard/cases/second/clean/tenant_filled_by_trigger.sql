-- The tenant is filled in by a trigger; the check still holds.
-- base: hasura
--- setup
CREATE FUNCTION app.fill_org() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.organization_id := (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer; RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT ON app.project FOR EACH ROW EXECUTE FUNCTION app.fill_org();
--- exploit
SELECT FROM app.project WHERE organization_id = 6;
