-- Rows are matched by the bucket of the tenant, as the shard router does it.
-- object: ads.campaigns
-- base: third_ads
-- a: 5
-- b: 6
--- leak
ALTER POLICY company ON ads.campaigns USING (company_id / 4 = (SELECT ads.tenant()) / 4);
--- exploit
SELECT name FROM ads.campaigns WHERE company_id = 6;
