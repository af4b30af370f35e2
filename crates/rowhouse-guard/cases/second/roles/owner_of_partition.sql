-- The ingest role owns a partition it created.
-- object: telemetry.readings_2025
-- object: role:{ingest}
-- base: metrics
--- leak
RESET ROLE; ALTER TABLE telemetry.readings_2025 OWNER TO {ingest};
--- exploit
SELECT FROM telemetry.readings_2025 WHERE account_id = 8;
