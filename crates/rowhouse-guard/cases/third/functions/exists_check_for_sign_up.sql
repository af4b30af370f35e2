-- "Is this address taken?" over all accounts, for anyone who is logged in anywhere.
-- object: public.email_taken(text)
-- base: third_rails
--- leak
RESET ROLE;
CREATE FUNCTION email_taken(address text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM users WHERE lower(email) = lower(address)) $$;
--- twin
RESET ROLE;
CREATE FUNCTION email_taken(address text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM users WHERE lower(email) = lower(address)
            AND account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint) $$;
--- exploit
SELECT 1 WHERE email_taken('bob@bolt.test');
