-- The definer view filters by something else than the tenant.
-- object: telemetry.recent
-- base: metrics
--- leak
RESET ROLE; CREATE VIEW telemetry.recent WITH (security_barrier) AS SELECT * FROM telemetry.readings WHERE at > '2025-01-01'; GRANT SELECT ON telemetry.recent TO {ingest};
--- twin
RESET ROLE; CREATE VIEW telemetry.recent WITH (security_barrier) AS SELECT * FROM telemetry.readings WHERE at > '2025-01-01' AND account_id = current_setting('telemetry.account')::bigint; GRANT SELECT ON telemetry.recent TO {ingest};
--- exploit
SELECT FROM telemetry.recent WHERE account_id = 8;
