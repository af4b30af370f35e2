-- One character too many: every tenant with a higher number.
-- object: crm.contact
-- base: third_session
--- leak
ALTER POLICY mine ON crm.contact USING (tenant_id >= (SELECT ctx.tenant_id()));
--- exploit
SELECT phone FROM crm.contact WHERE tenant_id = 2;
