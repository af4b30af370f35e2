-- IS DISTINCT FROM where IS NOT DISTINCT FROM was meant: all rows but one's own, hidden from tests by a second policy.
-- object: crm.deal
-- base: third_session
--- leak
CREATE POLICY also ON crm.deal FOR SELECT TO {app} USING (tenant_id IS DISTINCT FROM (SELECT ctx.tenant_id()));
--- twin
CREATE POLICY also ON crm.deal FOR SELECT TO {app} USING (tenant_id IS NOT DISTINCT FROM (SELECT ctx.tenant_id()));
--- exploit
SELECT worth FROM crm.deal WHERE tenant_id = 2;
