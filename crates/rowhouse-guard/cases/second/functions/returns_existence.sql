-- It only says whether an address is taken, and by anybody.
-- object: public.email_taken(text)
-- base: shop
--- leak
RESET ROLE; CREATE FUNCTION email_taken(e text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT FROM users WHERE email = e) $$;
--- twin
RESET ROLE; CREATE FUNCTION email_taken(e text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT FROM users WHERE email = e AND company_id = nullif(current_setting('rails.company_id', true), '')::bigint) $$;
--- exploit
SELECT WHERE email_taken('bob@bolt.test');
