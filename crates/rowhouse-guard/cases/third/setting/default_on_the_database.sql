-- The database carries a default for the tenant, from the days of one database per customer.
-- object: database:{db}
-- base: third_ads
-- tenant: none
--- leak
RESET ROLE;
ALTER DATABASE {db} SET ads.company = '6';
--- twin
RESET ROLE;
ALTER DATABASE {db} SET ads.company = '';
--- exploit
SELECT name FROM ads.campaigns WHERE company_id = 6;
