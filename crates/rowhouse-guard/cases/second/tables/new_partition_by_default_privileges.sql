-- Default privileges open each new partition.
-- object: telemetry.readings_2026
-- base: metrics
--- leak
ALTER DEFAULT PRIVILEGES IN SCHEMA telemetry GRANT SELECT ON TABLES TO {ingest};
CREATE TABLE telemetry.readings_2026 PARTITION OF telemetry.readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
RESET ROLE; INSERT INTO telemetry.readings VALUES (8, '2026-02-01', 'x', 1);
--- twin
CREATE TABLE telemetry.readings_2026 PARTITION OF telemetry.readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
RESET ROLE; INSERT INTO telemetry.readings VALUES (8, '2026-02-01', 'x', 1);
--- exploit
SELECT FROM telemetry.readings_2026 WHERE account_id = 8;
