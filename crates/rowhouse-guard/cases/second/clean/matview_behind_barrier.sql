-- A materialized view reached through a barrier view that filters.
-- base: metrics
--- setup
RESET ROLE; CREATE MATERIALIZED VIEW telemetry.daily AS SELECT account_id, date_trunc('day', at) AS day, avg(value) FROM telemetry.readings GROUP BY 1, 2;
CREATE VIEW telemetry.my_daily WITH (security_barrier) AS SELECT * FROM telemetry.daily WHERE account_id = current_setting('telemetry.account')::bigint; GRANT SELECT ON telemetry.my_daily TO {ingest};
--- exploit
SELECT FROM telemetry.my_daily WHERE account_id = 8;
