-- One table was created by the service itself.
-- object: billing.invoices
-- object: role:{svc_billing}
-- base: ledger
--- leak
RESET ROLE; ALTER TABLE billing.invoices OWNER TO {svc_billing};
--- exploit
ALTER TABLE billing.invoices DISABLE ROW LEVEL SECURITY; SELECT FROM billing.invoices WHERE tenant_slug = 'bolt';
