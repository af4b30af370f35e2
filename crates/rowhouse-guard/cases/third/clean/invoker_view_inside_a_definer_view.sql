-- The inner view runs as whoever asks, also when it is reached through a view of a role that bypasses row security.
-- base: third_ads
--- setup
RESET ROLE;
CREATE ROLE {reporting} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA ads, api TO {reporting};
GRANT SELECT ON ads.campaigns TO {reporting};
CREATE VIEW api.budgets WITH (security_invoker = true) AS SELECT company_id, name, monthly_budget FROM ads.campaigns;
GRANT SELECT ON api.budgets TO {reporting}, {adserver};
CREATE VIEW api.budget_rank AS SELECT name, rank() OVER (ORDER BY monthly_budget DESC) FROM api.budgets;
ALTER VIEW api.budget_rank OWNER TO {reporting};
GRANT SELECT ON api.budget_rank TO {adserver};
--- exploit
SELECT name FROM api.budget_rank WHERE name = 'secret of b';
