-- The list of tenants allowed stands in the row, and anybody may be in it.
-- object: app.project
-- base: hasura
--- setup
ALTER TABLE app.project ADD COLUMN guests integer[] NOT NULL DEFAULT '{5}';
--- leak
ALTER POLICY org ON app.project USING ((current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer = ANY (guests || organization_id));
--- twin
ALTER POLICY org ON app.project USING ((current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer = ANY (ARRAY[organization_id]));
--- exploit
SELECT FROM app.project WHERE organization_id = 6;
