-- USING binds, WITH CHECK does not.
-- object: billing.payments
-- refused: 23503
-- base: ledger
--- leak
ALTER POLICY p_tenant ON billing.payments WITH CHECK (iban IS NOT NULL);
--- exploit
INSERT INTO billing.payments (tenant_slug, invoice_id, iban) VALUES ('bolt', 'bbbbbbbb-0000-4000-8000-000000000002', 'mine'); SELECT 1;
