-- A definer trigger copies changes to an outbox that only the relay's login reads.
-- base: third_rails
--- setup
RESET ROLE;
CREATE ROLE {relay} LOGIN;
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL);
GRANT SELECT, DELETE ON outbox TO {relay};
CREATE FUNCTION to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN INSERT INTO outbox (topic, payload) VALUES (TG_TABLE_NAME, to_jsonb(NEW)); RETURN NULL; END $$;
CREATE TRIGGER outbox AFTER INSERT OR UPDATE ON courses FOR EACH ROW EXECUTE FUNCTION to_outbox();
--- exploit
SELECT payload FROM outbox;
