-- A partition detached for archiving keeps its grant and has no policy.
-- object: telemetry.readings_2023
-- base: metrics
--- setup
CREATE TABLE telemetry.readings_2023 (LIKE telemetry.readings); INSERT INTO telemetry.readings_2023 VALUES (8, '2023-01-01', 'x', 1);
GRANT SELECT ON telemetry.readings_2023 TO {ingest};
--- leak
SELECT 1;
--- twin
ALTER TABLE telemetry.readings_2023 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON telemetry.readings_2023 USING (account_id = current_setting('telemetry.account')::bigint);
--- exploit
SELECT FROM telemetry.readings_2023 WHERE account_id = 8;
