-- One partition was granted for a report.
-- object: telemetry.readings_2024
-- base: metrics
--- leak
GRANT SELECT ON telemetry.readings_2024 TO {ingest};
--- exploit
SELECT FROM telemetry.readings_2024 WHERE account_id = 8;
