-- Two schemas with a helper function.
-- base: ledger
--- exploit
SELECT FROM billing.payments WHERE tenant_slug = 'bolt';
