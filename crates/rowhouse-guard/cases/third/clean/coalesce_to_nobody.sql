-- The fallback is a tenant that cannot exist: the column has a check against it.
-- base: third_ads
--- setup
ALTER TABLE ads.campaigns ADD CHECK (company_id > 0);
ALTER POLICY company ON ads.campaigns USING (company_id = COALESCE((SELECT ads.tenant()), -1)) WITH CHECK (company_id = COALESCE((SELECT ads.tenant()), -1));
--- exploit
SELECT name FROM ads.campaigns WHERE company_id = 6;
