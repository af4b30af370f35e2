-- An audit trigger writes, as definer, where the service cannot read.
-- base: orm
--- setup
CREATE SCHEMA audit; CREATE TABLE audit.log (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), "table" name, row jsonb);
CREATE FUNCTION audit.write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit, pg_temp AS $$ BEGIN INSERT INTO audit.log ("table", row) VALUES (TG_TABLE_NAME, to_jsonb(NEW)); RETURN NEW; END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON "Document" FOR EACH ROW EXECUTE FUNCTION audit.write();
--- exploit
SELECT FROM audit.log;
