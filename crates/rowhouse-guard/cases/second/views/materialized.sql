-- A materialized view has no row security.
-- object: billing.revenue_by_tenant
-- base: ledger
--- setup
RESET ROLE; CREATE MATERIALIZED VIEW billing.revenue_by_tenant AS SELECT tenant_slug, sum(total) FROM billing.invoices GROUP BY 1;
--- leak
RESET ROLE; GRANT SELECT ON billing.revenue_by_tenant TO {svc_billing};
--- exploit
SELECT FROM billing.revenue_by_tenant WHERE tenant_slug = 'bolt';
