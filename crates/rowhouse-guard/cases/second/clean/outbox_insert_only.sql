-- An outbox the service can only write its own tenant's rows into; a relay reads it.
-- base: ledger
--- setup
RESET ROLE; CREATE ROLE {relay} LOGIN BYPASSRLS; SET ROLE {owner};
CREATE TABLE billing.outbox (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_slug text NOT NULL REFERENCES core.tenants, topic text, payload jsonb);
ALTER TABLE billing.outbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p_tenant ON billing.outbox USING (tenant_slug = (SELECT core.tenant_slug()));
GRANT INSERT ON billing.outbox TO {svc_billing}; GRANT SELECT, DELETE ON billing.outbox TO {relay};
--- exploit
SELECT FROM billing.payments WHERE tenant_slug = 'bolt';
