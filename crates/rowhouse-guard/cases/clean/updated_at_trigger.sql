-- The trigger every schema has.
-- base: uuid
--- setup
ALTER TABLE items ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
