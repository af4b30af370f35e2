-- A view with a filter and a barrier may be written through, and nothing checks the row that is written.
-- object: crm.my_contacts
-- base: third_session
--- leak
RESET ROLE;
CREATE VIEW crm.my_contacts WITH (security_barrier) AS SELECT id, tenant_id, name, phone FROM crm.contact WHERE tenant_id = ctx.tenant_id();
GRANT SELECT, INSERT ON crm.my_contacts TO {app};
--- twin
RESET ROLE;
CREATE VIEW crm.my_contacts WITH (security_barrier) AS SELECT id, tenant_id, name, phone FROM crm.contact WHERE tenant_id = ctx.tenant_id()
    WITH CASCADED CHECK OPTION;
GRANT SELECT, INSERT ON crm.my_contacts TO {app};
--- exploit
INSERT INTO crm.my_contacts (tenant_id, name) VALUES (2, 'planted');
--- proof
SELECT FROM crm.contact WHERE tenant_id = 2 AND name = 'planted';
