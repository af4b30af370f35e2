-- A second policy for INSERT that any row with a body satisfies.
-- object: app.comment
-- base: hasura
--- setup
CREATE TABLE app.comment (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization_id integer NOT NULL DEFAULT (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer REFERENCES app.organization, body text);
INSERT INTO app.comment (organization_id, body) VALUES (5, 'a'), (6, 'b'); GRANT SELECT, INSERT ON app.comment TO {app_user};
ALTER TABLE app.comment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON app.comment USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
--- leak
CREATE POLICY org_ins ON app.comment FOR INSERT WITH CHECK (organization_id IN (SELECT id FROM app.organization) OR body IS NOT NULL);
--- twin
CREATE POLICY org_ins ON app.comment FOR INSERT WITH CHECK (organization_id IN (SELECT id FROM app.organization) AND body IS NOT NULL);
--- exploit
INSERT INTO app.comment (organization_id, body) VALUES (6, 'planted'); SELECT 1;
