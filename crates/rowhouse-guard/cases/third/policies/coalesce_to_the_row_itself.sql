-- The fallback of a missing setting is the row's own tenant.
-- object: ads.clicks
-- base: third_ads
-- tenant: none
--- leak
ALTER POLICY company ON ads.clicks USING (company_id = COALESCE((SELECT ads.tenant()), company_id));
--- exploit
SELECT user_ip FROM ads.clicks WHERE company_id = 6;
