-- Every partition has its policy; the root, which is what is queried, has none.
-- object: ads.impressions
-- base: third_ads
--- setup
CREATE TABLE ads.impressions (
    company_id integer NOT NULL, ad_id integer NOT NULL, day date NOT NULL, shown bigint NOT NULL,
    PRIMARY KEY (company_id, ad_id, day)
) PARTITION BY LIST (company_id);
CREATE TABLE ads.impressions_small PARTITION OF ads.impressions DEFAULT;
CREATE TABLE ads.impressions_bolt PARTITION OF ads.impressions FOR VALUES IN (6);
INSERT INTO ads.impressions VALUES (5, 1, '2024-01-01', 10), (6, 2, '2024-01-01', 99);
ALTER TABLE ads.impressions_small ENABLE ROW LEVEL SECURITY;
ALTER TABLE ads.impressions_small FORCE ROW LEVEL SECURITY;
ALTER TABLE ads.impressions_bolt ENABLE ROW LEVEL SECURITY;
ALTER TABLE ads.impressions_bolt FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON ads.impressions_small USING (company_id = (SELECT ads.tenant()));
CREATE POLICY company ON ads.impressions_bolt USING (company_id = (SELECT ads.tenant()));
GRANT SELECT, INSERT ON ads.impressions TO {adserver};
--- leak
--- twin
ALTER TABLE ads.impressions ENABLE ROW LEVEL SECURITY;
ALTER TABLE ads.impressions FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON ads.impressions USING (company_id = (SELECT ads.tenant()));
--- exploit
SELECT shown FROM ads.impressions WHERE company_id = 6;
