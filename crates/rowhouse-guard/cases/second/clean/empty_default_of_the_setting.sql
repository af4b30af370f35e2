-- The database knows the setting, empty, so that a missing tenant sees nothing.
-- base: ledger
--- setup
RESET ROLE; ALTER DATABASE {db} SET core.tenant = '';
--- exploit
SELECT FROM core.customers WHERE tenant_slug = 'bolt';
