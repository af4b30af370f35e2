-- A read-only view with the tenant's filter and a barrier, made by the superuser.
-- base: third_session
--- setup
RESET ROLE;
CREATE VIEW crm.contact_card WITH (security_barrier) AS SELECT c.id, c.name FROM crm.contact c WHERE c.tenant_id = (SELECT ctx.tenant_id());
GRANT SELECT ON crm.contact_card TO {app};
--- exploit
SELECT name FROM crm.contact_card WHERE name = 'Bob';
