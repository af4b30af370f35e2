-- The database has a default tenant.
-- object: database:{db}
-- base: ledger
-- tenant: none
--- leak
RESET ROLE; ALTER DATABASE {db} SET core.tenant = 'bolt';
--- exploit
SELECT FROM billing.payments WHERE tenant_slug = 'bolt';
