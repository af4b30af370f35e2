-- The same through a group called readers.
-- object: role:{svc_billing}
-- base: ledger
--- setup
RESET ROLE; CREATE ROLE {readers} NOLOGIN; GRANT {readers} TO {svc_billing};
CREATE TABLE core.webhook_secrets (tenant_slug text PRIMARY KEY REFERENCES core.tenants, secret text);
INSERT INTO core.webhook_secrets VALUES ('bolt', 's');
--- leak
RESET ROLE; GRANT pg_read_all_data TO {readers};
--- exploit
SELECT FROM core.webhook_secrets WHERE tenant_slug = 'bolt';
