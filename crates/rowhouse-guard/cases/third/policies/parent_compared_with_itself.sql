-- A child's policy joins the parent under an alias and compares the alias with itself.
-- object: ads.ad_review
-- base: third_ads
--- setup
CREATE TABLE ads.ad_review (review_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), ad_company integer NOT NULL, ad_id integer NOT NULL, verdict text NOT NULL,
    FOREIGN KEY (ad_company, ad_id) REFERENCES ads.ads (company_id, id) ON DELETE CASCADE);
CREATE INDEX ON ads.ad_review (ad_company, ad_id);
INSERT INTO ads.ad_review (ad_company, ad_id, verdict) VALUES (5, 1, 'of a'), (6, 2, 'secret of b');
ALTER TABLE ads.ad_review ENABLE ROW LEVEL SECURITY;
ALTER TABLE ads.ad_review FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON ads.ad_review TO {adserver};
--- leak
CREATE POLICY of_the_ad ON ads.ad_review USING (EXISTS (SELECT FROM ads.ads a WHERE a.company_id = (SELECT ads.tenant()) AND a.id = id));
--- twin
CREATE POLICY of_the_ad ON ads.ad_review USING (EXISTS (SELECT FROM ads.ads a WHERE a.company_id = ad_company AND a.id = ad_id));
--- exploit
SELECT verdict FROM ads.ad_review WHERE ad_company = 6;
