-- New tables are granted to the service by default; every table there is protected.
-- base: third_ads
--- setup
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA ads GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {adserver};
CREATE TABLE ads.creatives (company_id integer NOT NULL REFERENCES ads.companies, id uuid NOT NULL DEFAULT gen_random_uuid(), html text NOT NULL, PRIMARY KEY (company_id, id));
INSERT INTO ads.creatives (company_id, html) VALUES (5, 'of a'), (6, 'secret of b');
ALTER TABLE ads.creatives ENABLE ROW LEVEL SECURITY;
ALTER TABLE ads.creatives FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON ads.creatives USING (company_id = (SELECT ads.tenant()));
--- exploit
SELECT html FROM ads.creatives WHERE company_id = 6;
