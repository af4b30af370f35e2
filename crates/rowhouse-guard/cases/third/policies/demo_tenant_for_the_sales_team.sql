-- A literal tenant in a second policy, so that the demo always has data; the demo tenant became a customer.
-- object: ads.ads
-- base: third_ads
--- leak
CREATE POLICY demo ON ads.ads FOR SELECT USING (company_id = 6);
--- exploit
SELECT target_url FROM ads.ads WHERE company_id = 6;
