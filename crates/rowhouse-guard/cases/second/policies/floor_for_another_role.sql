-- The restrictive floor holds for a role that is not the service's.
-- object: app.project
-- base: hasura
--- setup
RESET ROLE; CREATE ROLE {legacy_user} NOLOGIN;
ALTER POLICY org ON app.project USING (NOT archived OR archived);
--- leak
CREATE POLICY floor ON app.project AS RESTRICTIVE TO {legacy_user} USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
--- twin
CREATE POLICY floor ON app.project AS RESTRICTIVE TO {app_user} USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
--- exploit
SELECT FROM app.project WHERE organization_id = 6;
