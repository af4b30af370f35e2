-- One policy reads another setting, which the service never sets and a caller may.
-- object: app.audit_log
-- base: hasura
--- leak
ALTER POLICY org ON app.audit_log USING (organization_id = coalesce(nullif(current_setting('app.org', true), '')::integer, organization_id));
--- exploit
SELECT FROM app.audit_log WHERE organization_id = 6;
