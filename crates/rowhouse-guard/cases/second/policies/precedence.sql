-- AND binds stronger than OR.
-- object: app.task
-- base: hasura
--- leak
ALTER POLICY org ON app.task USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer AND due IS NOT NULL OR assignee IS NOT NULL);
--- twin
ALTER POLICY org ON app.task USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer AND (due IS NOT NULL OR assignee IS NOT NULL));
--- exploit
SELECT FROM app.task WHERE organization_id = 6;
