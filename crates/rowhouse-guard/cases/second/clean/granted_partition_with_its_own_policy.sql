-- A partition that is granted and protected itself.
-- base: metrics
--- setup
GRANT SELECT ON telemetry.readings_2025 TO {ingest}; ALTER TABLE telemetry.readings_2025 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON telemetry.readings_2025 USING (account_id = current_setting('telemetry.account')::bigint);
--- exploit
SELECT FROM telemetry.readings_2025 WHERE account_id = 8;
