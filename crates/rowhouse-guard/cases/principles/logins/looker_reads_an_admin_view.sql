-- Figures over all tenants stand in a view of the superuser; only the dashboard's login reads it.
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {looker} LOGIN;
CREATE VIEW turnover AS SELECT org_id, sum(total) AS total FROM orders GROUP BY org_id;
GRANT SELECT ON turnover TO {looker};
--- exploit
SELECT total FROM turnover WHERE org_id = 2;
