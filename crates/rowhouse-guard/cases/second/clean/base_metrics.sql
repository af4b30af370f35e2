-- Partitions that nobody was given.
-- base: metrics
--- exploit
SELECT FROM telemetry.readings WHERE account_id = 8;
