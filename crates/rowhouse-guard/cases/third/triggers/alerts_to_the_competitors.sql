-- A trigger of the administrator's writes an alert about each new advertisement to all other companies.
-- object: ads.budget_alert
-- object: ads.raise_alert()
-- object: ads.ads
-- base: third_ads
--- setup
CREATE TABLE ads.budget_alert (company_id integer NOT NULL REFERENCES ads.companies, id uuid NOT NULL DEFAULT gen_random_uuid(), text text NOT NULL, PRIMARY KEY (company_id, id));
ALTER TABLE ads.budget_alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE ads.budget_alert FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON ads.budget_alert USING (company_id = (SELECT ads.tenant()));
GRANT SELECT ON ads.budget_alert TO {adserver};
--- leak
RESET ROLE;
CREATE FUNCTION ads.raise_alert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ads, pg_temp AS $$
BEGIN
    INSERT INTO budget_alert (company_id, text) SELECT c.id, 'competitor books ' || NEW.target_url FROM companies c WHERE c.id <> NEW.company_id;
    RETURN NULL;
END $$;
CREATE TRIGGER alert AFTER INSERT ON ads.ads FOR EACH ROW EXECUTE FUNCTION ads.raise_alert();
--- twin
RESET ROLE;
CREATE FUNCTION ads.raise_alert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ads, pg_temp AS $$
BEGIN
    INSERT INTO budget_alert (company_id, text) VALUES (NEW.company_id, 'you book ' || NEW.target_url);
    RETURN NULL;
END $$;
CREATE TRIGGER alert AFTER INSERT ON ads.ads FOR EACH ROW EXECUTE FUNCTION ads.raise_alert();
--- victim
INSERT INTO ads.ads (company_id, campaign_id, target_url) VALUES (6, 2, 'https://secret.bolt.test');
--- exploit
SELECT text FROM ads.budget_alert WHERE text LIKE '%secret.bolt%';
