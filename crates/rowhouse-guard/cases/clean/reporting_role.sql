-- A reporting role with policies of its own, which the app role is not a member of.
-- base: text
--- setup
RESET ROLE;
CREATE ROLE {reporting} LOGIN;
CREATE ROLE {reporting_group} NOLOGIN;
GRANT {reporting_group} TO {reporting};
SET ROLE {owner};
GRANT SELECT ON accounts, documents, revisions TO {reporting_group};
CREATE POLICY reporting ON accounts FOR SELECT TO {reporting_group} USING (true);
CREATE POLICY reporting ON documents FOR SELECT TO {reporting_group} USING (true);
CREATE POLICY reporting ON revisions FOR SELECT TO {reporting_group} USING (true);
--- exploit
SELECT id FROM documents WHERE account_id = 'bolt';
