-- A flag of the function's switches the filter off.
-- object: telemetry.latest(boolean)
-- base: metrics
--- leak
RESET ROLE; CREATE FUNCTION telemetry.latest(everything boolean DEFAULT false) RETURNS SETOF telemetry.readings LANGUAGE sql STABLE SECURITY DEFINER SET search_path = telemetry, pg_temp AS $$ SELECT * FROM telemetry.readings WHERE everything OR account_id = current_setting('telemetry.account')::bigint $$;
--- twin
RESET ROLE; CREATE FUNCTION telemetry.latest(everything boolean DEFAULT false) RETURNS SETOF telemetry.readings LANGUAGE sql STABLE SECURITY DEFINER SET search_path = telemetry, pg_temp AS $$ SELECT * FROM telemetry.readings WHERE (everything OR at > '2025-01-01') AND account_id = current_setting('telemetry.account')::bigint $$;
--- exploit
SELECT FROM telemetry.latest(true) WHERE account_id = 8;
