-- One trigger function serves all tables; the log's name is the trigger's.
-- base: uuid
--- setup
CREATE SCHEMA log;
CREATE TABLE log.items (at timestamptz NOT NULL, line jsonb);
CREATE FUNCTION log.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO log.%I VALUES (now(), $1)', TG_TABLE_NAME) USING to_jsonb(NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER keep AFTER INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION log.keep();
--- exploit
SELECT line FROM log.items;
