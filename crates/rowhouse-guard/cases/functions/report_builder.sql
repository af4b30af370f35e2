-- A report builder runs the text it is given as its owner and returns JSON.
-- object: billing.report(text)
-- base: billing
--- setup
RESET ROLE;
CREATE ROLE {reports} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA billing TO {reports};
GRANT SELECT ON ALL TABLES IN SCHEMA billing TO {reports};
CREATE FUNCTION billing.report(q text) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = billing, pg_temp AS $$
DECLARE answer json;
BEGIN EXECUTE 'SELECT json_agg(r) FROM (' || q || ') r' INTO answer; RETURN answer; END $$;
ALTER FUNCTION billing.report(text) OWNER TO {reports};
--- leak
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION billing.report(text) FROM PUBLIC;
--- exploit
SELECT 1 WHERE billing.report('SELECT number FROM invoices')::text LIKE '%B-1%';
