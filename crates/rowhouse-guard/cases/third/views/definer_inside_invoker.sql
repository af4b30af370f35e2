-- The view that is served runs as its invoker, but its source is an older view of a role that bypasses row security.
-- object: api.budgets
-- object: api.budget_rank
-- base: third_ads
--- setup
RESET ROLE;
CREATE ROLE {reporting} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA ads, api TO {reporting};
GRANT SELECT ON ads.campaigns TO {reporting};
CREATE VIEW api.budgets AS SELECT company_id, name, monthly_budget FROM ads.campaigns;
CREATE VIEW api.budget_rank WITH (security_invoker = true) AS SELECT name, rank() OVER (ORDER BY monthly_budget DESC) FROM api.budgets;
ALTER VIEW api.budgets OWNER TO {reporting};
GRANT SELECT ON api.budgets, api.budget_rank TO {adserver};
--- leak
--- twin
RESET ROLE;
ALTER VIEW api.budgets SET (security_invoker = true);
--- exploit
SELECT name FROM api.budget_rank WHERE name = 'secret of b';
