-- The inner view is not granted; the outer one reaches it as its owner.
-- object: core.customer_public
-- base: ledger
--- setup
RESET ROLE; CREATE VIEW core.customer_all AS SELECT * FROM core.customers; CREATE VIEW core.customer_public AS SELECT tenant_slug, name FROM core.customer_all;
--- leak
RESET ROLE; GRANT SELECT ON core.customer_public TO {svc_billing};
--- exploit
SELECT FROM core.customer_public WHERE tenant_slug = 'bolt';
