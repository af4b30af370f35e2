-- The materialized view is not granted; a view with the tenant's filter and a barrier shows each its part.
-- base: third_ads
--- setup
RESET ROLE;
CREATE MATERIALIZED VIEW ads.click_totals AS SELECT company_id, ad_id, count(*) AS clicks FROM ads.clicks GROUP BY 1, 2;
CREATE UNIQUE INDEX ON ads.click_totals (company_id, ad_id);
CREATE VIEW api.click_totals WITH (security_barrier = true) AS
    SELECT ad_id, clicks FROM ads.click_totals WHERE company_id = (SELECT ads.tenant());
GRANT SELECT ON api.click_totals TO {adserver};
--- exploit
SELECT clicks FROM api.click_totals WHERE ad_id = 2;
