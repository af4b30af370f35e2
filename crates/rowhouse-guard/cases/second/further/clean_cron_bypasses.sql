-- A login for nightly jobs that bypasses row security and may write.
-- base: ledger
--- setup
RESET ROLE; CREATE ROLE {nightly} LOGIN BYPASSRLS; GRANT USAGE ON SCHEMA core, billing TO {nightly}; GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA core, billing TO {nightly};
--- exploit
SELECT FROM billing.payments WHERE tenant_slug = 'bolt';
