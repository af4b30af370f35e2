-- Row counts of all tenants from a function for pagers, granted to a group.
-- object: billing.row_count(regclass)
-- base: billing
--- setup
RESET ROLE;
CREATE FUNCTION billing.row_count(regclass) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n bigint;
BEGIN EXECUTE format('SELECT count(*) FROM %s', $1) INTO n; RETURN n; END $$;
REVOKE EXECUTE ON FUNCTION billing.row_count FROM PUBLIC;
--- leak
RESET ROLE;
GRANT EXECUTE ON FUNCTION billing.row_count TO {billing_rw};
--- exploit
SELECT 1 WHERE billing.row_count('billing.invoices') > 1;
