-- Which column is searched is the caller's to say; the tenant's filter is joined by AND, or by OR.
-- object: public.lookup(text,text)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION lookup(field text, term text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT note FROM orders WHERE org_id = NULLIF(current_setting(''myapp.org'', true), '''')::integer OR %I = %L', field, term);
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION lookup(field text, term text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT note FROM orders WHERE org_id = NULLIF(current_setting(''myapp.org'', true), '''')::integer AND %I = %L', field, term);
END $$;
--- exploit
SELECT lookup FROM lookup('number', 'B-1');
