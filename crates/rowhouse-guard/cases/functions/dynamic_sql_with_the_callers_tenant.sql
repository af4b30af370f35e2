-- Well quoted, and still of whichever tenant the caller names.
-- object: billing.export_usage(bigint,text)
-- base: billing
--- leak
RESET ROLE;
CREATE FUNCTION billing.export_usage(p_customer bigint, p_metric text) RETURNS SETOF billing.usage_records
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = billing, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM usage_records WHERE customer_id = %L AND metric = %L', p_customer, p_metric);
END $$;
--- twin
RESET ROLE;
CREATE FUNCTION billing.export_usage(p_customer bigint, p_metric text) RETURNS SETOF billing.usage_records
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = billing, pg_temp AS $$
BEGIN
    IF p_customer IS DISTINCT FROM current_setting('billing.customer')::bigint THEN RAISE insufficient_privilege; END IF;
    RETURN QUERY EXECUTE format('SELECT * FROM usage_records WHERE customer_id = %L AND metric = %L', p_customer, p_metric);
END $$;
--- exploit
SELECT quantity FROM billing.export_usage({B}, 'calls');
