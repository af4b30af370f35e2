-- The trigger runs as who writes, but the table it copies to is open to all.
-- object: crm.feed
-- base: other-schema
--- setup
CREATE TABLE crm.feed (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL);
GRANT INSERT ON crm.feed TO {app};
CREATE FUNCTION crm.to_feed() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO crm.feed (line) VALUES (NEW.subject); RETURN NULL; END $$;
CREATE TRIGGER feed AFTER INSERT OR UPDATE ON crm.tickets FOR EACH ROW EXECUTE FUNCTION crm.to_feed();
--- leak
GRANT SELECT ON crm.feed TO {app};
--- victim
INSERT INTO crm.tickets (subject) VALUES ('secret of b');
--- exploit
SELECT line FROM crm.feed WHERE line = 'secret of b';
