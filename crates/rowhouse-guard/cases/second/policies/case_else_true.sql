-- A CASE whose last branch lets everything through.
-- object: app.audit_log
-- base: hasura
--- leak
ALTER POLICY org ON app.audit_log USING (CASE WHEN what ? 'secret' THEN organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer ELSE true END);
--- twin
ALTER POLICY org ON app.audit_log USING (CASE WHEN what ? 'secret' THEN false ELSE organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer END);
--- exploit
SELECT FROM app.audit_log WHERE organization_id = 6;
