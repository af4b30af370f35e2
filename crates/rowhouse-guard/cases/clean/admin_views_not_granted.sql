-- Views, materialized views and functions for administrators, which the app role was never given.
-- base: per-command
--- setup
RESET ROLE;
CREATE ROLE {admin} LOGIN BYPASSRLS;
CREATE SCHEMA admin AUTHORIZATION {admin};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {admin};
CREATE VIEW admin.all_invoices AS SELECT * FROM invoices;
CREATE MATERIALIZED VIEW admin.totals AS SELECT company_id, sum(amount) FROM invoices GROUP BY 1;
CREATE FUNCTION admin.totals() RETURNS SETOF invoices LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT * FROM invoices $$;
ALTER VIEW admin.all_invoices OWNER TO {admin};
ALTER MATERIALIZED VIEW admin.totals OWNER TO {admin};
ALTER FUNCTION admin.totals() OWNER TO {admin};
--- exploit
SELECT id FROM admin.all_invoices;
