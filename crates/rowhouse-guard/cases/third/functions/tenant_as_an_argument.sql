-- The function takes the tenant it is asked for; the setting is only its default.
-- object: ads.spend(integer)
-- base: third_ads
--- leak
RESET ROLE;
CREATE FUNCTION ads.spend(company integer DEFAULT ads.tenant()) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ads, pg_temp
    AS $$ SELECT sum(monthly_budget) FROM campaigns WHERE company_id = company $$;
--- twin
RESET ROLE;
CREATE FUNCTION ads.spend(company integer DEFAULT ads.tenant()) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ads, pg_temp
    AS $$ SELECT sum(monthly_budget) FROM campaigns WHERE company_id = company AND company_id = ads.tenant() $$;
--- exploit
SELECT 1 WHERE ads.spend(6) = 900;
