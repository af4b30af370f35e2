-- The partition of a single tenant was granted to the service beside the table.
-- object: public.telemetry_8
-- base: sensors
--- leak
GRANT SELECT ON telemetry_8 TO {gateway};
--- exploit
SELECT body FROM telemetry_8;
