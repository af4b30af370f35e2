-- The report builder's XML download: the query's condition comes from whoever calls.
-- object: public.report(text)
-- base: integer
--- leak
RESET ROLE;
CREATE FUNCTION report(condition text) RETURNS xml LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT query_to_xml('SELECT note FROM orders WHERE ' || condition, true, false, '') $$;
--- twin
RESET ROLE;
CREATE FUNCTION report(condition text) RETURNS xml LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT query_to_xml(
            'SELECT note FROM orders WHERE org_id = NULLIF(current_setting(''myapp.org'', true), '''')::integer', true, false, '')
    $$;
--- exploit
SELECT WHERE report('true')::text LIKE '%of b%';
