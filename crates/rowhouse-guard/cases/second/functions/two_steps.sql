-- A harmless-looking definer calls another that reads everything.
-- object: telemetry.summary()
-- base: metrics
--- setup
RESET ROLE; CREATE FUNCTION telemetry.total() RETURNS double precision LANGUAGE sql STABLE SET search_path = telemetry, pg_temp AS 'SELECT sum(value) FROM telemetry.readings';
CREATE FUNCTION telemetry.summary() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = telemetry, pg_temp AS $$ SELECT 'sum ' || telemetry.total() $$;
--- leak
SELECT 1;
--- twin
RESET ROLE; ALTER FUNCTION telemetry.summary() SECURITY INVOKER;
--- exploit
SELECT WHERE telemetry.summary() = 'sum 6';
