-- A hash partition may be written directly.
-- object: telemetry.devices_p0
-- base: metrics
--- setup
RESET ROLE; INSERT INTO telemetry.devices (account_id, name) SELECT g, 'x' FROM generate_series(10, 20) g;
--- leak
GRANT DELETE ON telemetry.devices_p0 TO {ingest};
--- exploit
DELETE FROM telemetry.devices_p0;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM telemetry.devices_p0);
