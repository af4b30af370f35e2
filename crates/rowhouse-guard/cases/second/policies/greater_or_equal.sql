-- A range where equality was meant.
-- object: telemetry.readings
-- base: metrics
--- leak
ALTER POLICY account ON telemetry.readings USING (account_id >= current_setting('telemetry.account')::bigint);
--- exploit
SELECT FROM telemetry.readings WHERE account_id = 8;
