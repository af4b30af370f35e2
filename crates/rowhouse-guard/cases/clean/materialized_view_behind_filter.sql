-- A materialized view behind a view that filters by the tenant, with a barrier.
-- base: integer
--- setup
RESET ROLE;
CREATE MATERIALIZED VIEW order_stats_stored AS SELECT org_id, count(*) AS orders FROM orders GROUP BY 1;
ALTER MATERIALIZED VIEW order_stats_stored OWNER TO {owner};
SET ROLE {owner};
CREATE VIEW order_stats WITH (security_barrier = true) AS
    SELECT * FROM order_stats_stored WHERE org_id = NULLIF(current_setting('myapp.org', true), '')::integer;
GRANT SELECT ON order_stats TO {app};
--- exploit
SELECT orders FROM order_stats WHERE org_id = {B};
