-- A definer function makes partitions; what it splices comes from the clock.
-- base: third_fleet
--- setup
CREATE FUNCTION fleet.ensure_partition() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first date := date_trunc('year', now());
BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS fleet_parts.%I PARTITION OF fleet.readings FOR VALUES FROM (%L) TO (%L)',
        'readings_' || to_char(first, 'YYYY'), first, first + interval '1 year');
END $$;
REVOKE EXECUTE ON FUNCTION fleet.ensure_partition() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fleet.ensure_partition() TO {app};
--- exploit
SELECT fleet.ensure_partition();
SELECT label FROM fleet.vehicles WHERE customer_code = 'courier';
