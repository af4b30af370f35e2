-- Foreign keys to shared tables, and from the root to its plan.
-- base: ledger
--- setup
CREATE TABLE core.plans (code text PRIMARY KEY, seats integer); ALTER TABLE core.tenants ADD COLUMN plan text REFERENCES core.plans; ALTER TABLE billing.invoices ADD COLUMN currency char(3) REFERENCES billing.currencies; GRANT SELECT ON core.plans TO {svc_billing};
--- exploit
SELECT FROM billing.invoices WHERE tenant_slug = 'bolt';
