-- A search function splices what it is given, but runs as whoever calls it.
-- base: third_ads
--- setup
CREATE FUNCTION api.search(cond text) RETURNS SETOF ads.campaigns LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN QUERY EXECUTE 'SELECT * FROM ads.campaigns WHERE ' || cond; END $$;
--- exploit
SELECT name FROM api.search('true') WHERE company_id = 6;
