-- Totals for analysts, who are another role; what the service sees of them is filtered and behind a barrier.
-- base: billing
--- setup
RESET ROLE;
CREATE ROLE {analyst} LOGIN BYPASSRLS;
CREATE MATERIALIZED VIEW billing.monthly AS SELECT customer_id, metric, sum(quantity) AS n FROM billing.usage_records GROUP BY 1, 2;
GRANT SELECT ON billing.monthly TO {analyst};
CREATE VIEW billing.my_monthly WITH (security_barrier) AS SELECT metric, n FROM billing.monthly WHERE customer_id = current_setting('billing.customer')::bigint;
GRANT SELECT ON billing.my_monthly TO {billing_rw};
REFRESH MATERIALIZED VIEW billing.monthly;
--- exploit
SELECT n FROM billing.my_monthly WHERE n > 5;
