-- Wide permissive policies over a restrictive floor.
-- base: hasura
--- setup
ALTER POLICY org ON app.task USING (true);
CREATE POLICY assignees ON app.task FOR SELECT USING (assignee IS NOT NULL);
CREATE POLICY floor ON app.task AS RESTRICTIVE USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
--- exploit
SELECT FROM app.task WHERE organization_id = 6;
