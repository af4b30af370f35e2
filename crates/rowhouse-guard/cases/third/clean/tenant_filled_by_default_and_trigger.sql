-- The tenant comes from the setting by default, a trigger insists, and the check of the policy stands behind both.
-- base: third_ads
--- setup
CREATE TABLE ads.labels (company_id integer NOT NULL DEFAULT NULLIF(current_setting('ads.company', true), '')::integer REFERENCES ads.companies, name text NOT NULL, PRIMARY KEY (company_id, name));
INSERT INTO ads.labels VALUES (5, 'of a'), (6, 'secret of b');
CREATE FUNCTION ads.own_company() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.company_id := ads.tenant(); RETURN NEW; END $$;
CREATE TRIGGER own BEFORE INSERT OR UPDATE ON ads.labels FOR EACH ROW EXECUTE FUNCTION ads.own_company();
ALTER TABLE ads.labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE ads.labels FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON ads.labels USING (company_id = (SELECT ads.tenant()));
GRANT SELECT, INSERT, UPDATE, DELETE ON ads.labels TO {adserver};
--- exploit
SELECT name FROM ads.labels WHERE company_id = 6;
