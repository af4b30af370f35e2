-- Before there is a tenant, the login asks for the company of an address and gets one id.
-- base: shop
--- setup
RESET ROLE; CREATE TABLE domains (domain varchar PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies); INSERT INTO domains VALUES ('acme.test', 101), ('bolt.test', 202);
CREATE FUNCTION company_of_domain(d varchar) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT company_id FROM domains WHERE domain = d $$;
--- exploit
SELECT FROM invoices WHERE company_id = company_of_domain('bolt.test');
