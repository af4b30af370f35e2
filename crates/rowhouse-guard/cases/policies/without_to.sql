-- A policy for support staff lacks its TO, and so is for everybody.
-- object: crm.tickets
-- base: other-schema
--- setup
RESET ROLE;
CREATE ROLE {support} LOGIN;
GRANT USAGE ON SCHEMA crm TO {support};
GRANT SELECT ON crm.tickets TO {support};
--- leak
CREATE POLICY support_reads ON crm.tickets FOR SELECT USING (true);
--- twin
CREATE POLICY support_reads ON crm.tickets FOR SELECT TO {support} USING (true);
--- exploit
SELECT id FROM crm.tickets WHERE workspace_id = {B};
