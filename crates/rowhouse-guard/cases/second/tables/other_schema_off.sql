-- Credit notes came later, in the second schema.
-- object: billing.credit_notes
-- base: ledger
--- setup
CREATE TABLE billing.credit_notes (tenant_slug text NOT NULL REFERENCES core.tenants, id uuid DEFAULT gen_random_uuid(), amount numeric, PRIMARY KEY (tenant_slug, id));
INSERT INTO billing.credit_notes VALUES ('bolt', DEFAULT, 5);
GRANT SELECT, INSERT ON billing.credit_notes TO {svc_billing};
--- leak
SELECT 1;
--- twin
ALTER TABLE billing.credit_notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p_tenant ON billing.credit_notes USING (tenant_slug = (SELECT core.tenant_slug()));
--- exploit
SELECT FROM billing.credit_notes WHERE tenant_slug = 'bolt';
