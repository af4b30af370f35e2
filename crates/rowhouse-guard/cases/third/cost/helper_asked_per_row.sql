-- A plpgsql helper without the sub-select that would ask it once.
-- object: ads.clicks
-- level: note
-- base: third_ads
--- leak
ALTER POLICY company ON ads.clicks USING (company_id = ads.tenant()) WITH CHECK (company_id = ads.tenant());
