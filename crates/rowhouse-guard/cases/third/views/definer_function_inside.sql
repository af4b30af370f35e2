-- The view is an invoker's, its only source is a function that is not.
-- object: api.top_targets
-- object: ads.all_targets()
-- base: third_ads
--- leak
RESET ROLE;
CREATE FUNCTION ads.all_targets() RETURNS TABLE (target text, shown bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ads, pg_temp
    AS $$ SELECT target_url, impressions FROM ads $$;
CREATE VIEW api.top_targets WITH (security_invoker = true) AS SELECT target FROM ads.all_targets() ORDER BY shown DESC;
GRANT SELECT ON api.top_targets TO {adserver};
--- twin
RESET ROLE;
CREATE FUNCTION ads.all_targets() RETURNS TABLE (target text, shown bigint) LANGUAGE sql STABLE SET search_path = ads, pg_temp
    AS $$ SELECT target_url, impressions FROM ads $$;
CREATE VIEW api.top_targets WITH (security_invoker = true) AS SELECT target FROM ads.all_targets() ORDER BY shown DESC;
GRANT SELECT ON api.top_targets TO {adserver};
--- exploit
SELECT target FROM api.top_targets WHERE target = 'https://bolt.test';
