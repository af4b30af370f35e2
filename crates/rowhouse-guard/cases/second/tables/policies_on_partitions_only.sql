-- The policies stand on the partitions, the parent has none.
-- object: telemetry.readings
-- base: metrics
--- setup
ALTER TABLE telemetry.readings_2024 ENABLE ROW LEVEL SECURITY; ALTER TABLE telemetry.readings_2025 ENABLE ROW LEVEL SECURITY;
CREATE POLICY account ON telemetry.readings_2024 USING (account_id = current_setting('telemetry.account')::bigint);
CREATE POLICY account ON telemetry.readings_2025 USING (account_id = current_setting('telemetry.account')::bigint);
--- leak
DROP POLICY account ON telemetry.readings; ALTER TABLE telemetry.readings DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT FROM telemetry.readings WHERE account_id = 8;
