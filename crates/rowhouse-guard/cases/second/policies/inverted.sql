-- Not equal instead of equal.
-- object: telemetry.devices
-- base: metrics
--- leak
ALTER POLICY account ON telemetry.devices USING (account_id <> current_setting('telemetry.account')::bigint);
--- exploit
SELECT FROM telemetry.devices WHERE account_id = 8;
