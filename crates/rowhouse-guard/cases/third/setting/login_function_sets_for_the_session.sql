-- The function that signs in a company keeps it for the session, and the session serves the next request.
-- object: ads.sign_in(integer)
-- object: ads.sign_in(company integer)
-- base: third_ads
-- tenant: none
--- leak
CREATE FUNCTION ads.sign_in(company integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN PERFORM set_config('ads.company', company::text, false); END $$;
--- twin
CREATE FUNCTION ads.sign_in(company integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN PERFORM set_config('ads.company', company::text, true); END $$;
--- exploit
BEGIN;
SELECT ads.sign_in(6);
COMMIT;
--- exploit
SELECT name FROM ads.campaigns WHERE company_id = 6;
