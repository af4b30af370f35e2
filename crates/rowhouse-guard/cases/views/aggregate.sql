-- Totals over all tenants, from a view of a superuser.
-- object: public.leaderboard
-- base: per-command
--- leak
RESET ROLE;
CREATE VIEW leaderboard AS
    SELECT c.name, sum(i.amount) AS amount FROM companies c JOIN invoices i ON i.company_id = c.id GROUP BY c.name;
GRANT SELECT ON leaderboard TO {service};
--- twin
RESET ROLE;
CREATE VIEW leaderboard WITH (security_invoker = on) AS
    SELECT c.name, sum(i.amount) AS amount FROM companies c JOIN invoices i ON i.company_id = c.id GROUP BY c.name;
GRANT SELECT ON leaderboard TO {service};
--- exploit
SELECT amount FROM leaderboard WHERE name = 'Bolt';
