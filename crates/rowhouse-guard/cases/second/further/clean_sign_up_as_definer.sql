-- A definer function makes a tenant and returns its id.
-- base: metrics
--- setup
RESET ROLE; CREATE FUNCTION telemetry.sign_up(n text) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = telemetry, pg_temp AS $$ INSERT INTO accounts (name) VALUES (n) RETURNING id $$;
--- exploit
SELECT FROM telemetry.readings WHERE account_id = 8;
