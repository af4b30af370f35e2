-- A definer trigger that writes the row's own tenant into a protected log.
-- base: shop
--- setup
CREATE TABLE versions (id bigserial PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies, item_id bigint, object jsonb);
ALTER TABLE versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY company_isolation ON versions USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint); GRANT SELECT ON versions TO {web};
CREATE FUNCTION save_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN INSERT INTO versions (company_id, item_id, object) VALUES (NEW.company_id, NEW.id, to_jsonb(NEW)); RETURN NULL; END $$;
CREATE TRIGGER version AFTER INSERT OR UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION save_version();
--- exploit
SELECT FROM versions WHERE company_id = 202;
