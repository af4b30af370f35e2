-- A bucket of tenants, not the tenant.
-- object: telemetry.readings
-- base: metrics
--- setup
RESET ROLE; INSERT INTO telemetry.readings VALUES (23, '2024-06-01', 'z', 1);
--- leak
ALTER POLICY account ON telemetry.readings USING (account_id % 16 = current_setting('telemetry.account')::bigint % 16);
--- exploit
SELECT FROM telemetry.readings WHERE account_id = 23;
