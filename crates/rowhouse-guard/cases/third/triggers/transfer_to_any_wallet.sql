-- The trigger of a transfer books on the receiving wallet, whoever's that is, as a role that bypasses row security.
-- object: crm.transfer
-- object: crm.book_transfer()
-- base: third_session
--- setup
RESET ROLE;
CREATE ROLE {booker} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA crm TO {booker};
GRANT SELECT, UPDATE ON crm.deal TO {booker};
SET ROLE {owner};
CREATE TABLE crm.transfer (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id integer NOT NULL REFERENCES crm.tenant, to_deal integer NOT NULL, amount numeric NOT NULL
);
CREATE INDEX ON crm.transfer (tenant_id);
ALTER TABLE crm.transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.transfer FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON crm.transfer TO {app} USING (tenant_id = (SELECT ctx.tenant_id()));
GRANT SELECT, INSERT ON crm.transfer TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION crm.book_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
BEGIN UPDATE deal SET worth = worth + NEW.amount WHERE id = NEW.to_deal; RETURN NULL; END $$;
ALTER FUNCTION crm.book_transfer() OWNER TO {booker};
CREATE TRIGGER book AFTER INSERT ON crm.transfer FOR EACH ROW EXECUTE FUNCTION crm.book_transfer();
--- twin
RESET ROLE;
CREATE FUNCTION crm.book_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
BEGIN UPDATE deal SET worth = worth + NEW.amount WHERE id = NEW.to_deal AND tenant_id = NEW.tenant_id; RETURN NULL; END $$;
ALTER FUNCTION crm.book_transfer() OWNER TO {booker};
CREATE TRIGGER book AFTER INSERT ON crm.transfer FOR EACH ROW EXECUTE FUNCTION crm.book_transfer();
--- exploit
INSERT INTO crm.transfer (tenant_id, to_deal, amount) VALUES (1, 2, -1000);
--- proof
SELECT FROM crm.deal WHERE id = 2 AND worth < 0;
