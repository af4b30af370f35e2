-- IMMUTABLE, to let an index be used: the plan of a prepared statement keeps the tenant it was made for.
-- object: ads.tenant()
-- object: ads.campaigns
-- base: third_ads
--- leak
ALTER FUNCTION ads.tenant() IMMUTABLE;
--- exploit
SELECT set_config('ads.company', '6', true);
PREPARE names AS SELECT name FROM ads.campaigns WHERE name = 'secret of b';
EXECUTE names;
--- exploit
EXECUTE names;
