-- Not forced, and the owner's view is there.
-- object: billing.payments
-- object: billing.payment_list
-- base: ledger
--- setup
CREATE VIEW billing.payment_list AS SELECT tenant_slug, id, iban FROM billing.payments; GRANT SELECT ON billing.payment_list TO {svc_billing};
--- leak
ALTER TABLE billing.payments NO FORCE ROW LEVEL SECURITY;
--- exploit
SELECT FROM billing.payment_list WHERE tenant_slug = 'bolt';
