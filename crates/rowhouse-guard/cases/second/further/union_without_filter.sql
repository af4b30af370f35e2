-- The second branch of the union forgets the filter.
-- object: billing.activity
-- base: ledger
--- leak
RESET ROLE; CREATE VIEW billing.activity WITH (security_barrier) AS SELECT id, 'i' AS kind FROM billing.invoices WHERE tenant_slug = core.tenant_slug() UNION ALL SELECT id, 'p' FROM billing.payments; GRANT SELECT ON billing.activity TO {svc_billing};
--- twin
RESET ROLE; CREATE VIEW billing.activity WITH (security_barrier) AS SELECT id, 'i' AS kind FROM billing.invoices WHERE tenant_slug = core.tenant_slug() UNION ALL SELECT id, 'p' FROM billing.payments WHERE tenant_slug = core.tenant_slug(); GRANT SELECT ON billing.activity TO {svc_billing};
--- exploit
SELECT FROM billing.activity WHERE id = 'bbbbbbbb-0000-4000-8000-000000000003';
