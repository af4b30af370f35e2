-- The policy lets a role pass that the service may become: current_setting('role') says what SET ROLE was told.
-- object: public.audit_log
-- base: projects
--- setup
RESET ROLE;
CREATE ROLE {auditor} NOLOGIN;
GRANT SELECT ON audit_log TO {auditor};
SET ROLE {owner};
DROP POLICY org_read ON audit_log;
CREATE POLICY org_read ON audit_log FOR SELECT USING (current_setting('role') = '{auditor}'
    OR org_id = NULLIF(current_setting('app.org_id', true), '')::uuid);
--- leak
RESET ROLE;
GRANT {auditor} TO {app};
--- exploit
SET LOCAL ROLE {auditor};
SELECT what FROM audit_log WHERE org_id = '{B}';
