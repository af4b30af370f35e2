-- A filter is pasted into the statement, beside the tenant.
-- object: public.filter_users(text)
-- base: shop
--- leak
RESET ROLE; CREATE FUNCTION filter_users(f text) RETURNS SETOF users LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN RETURN QUERY EXECUTE 'SELECT * FROM users WHERE company_id = nullif(current_setting(''rails.company_id'', true), '''')::bigint AND email LIKE ''' || f || ''''; END $$;
--- twin
RESET ROLE; CREATE FUNCTION filter_users(f text) RETURNS SETOF users LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN RETURN QUERY SELECT * FROM users WHERE company_id = nullif(current_setting('rails.company_id', true), '')::bigint AND email LIKE f; END $$;
--- exploit
SELECT FROM filter_users('x'' OR email LIKE ''bob%');
