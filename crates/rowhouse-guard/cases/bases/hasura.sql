-- Hasura: session variables as JSON in one setting; projects, tasks and an audit log in the schema app.
-- a: 5
-- b: 6
-- login: app_user
--- setup
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO {app_user};
CREATE TABLE app.organization (id integer PRIMARY KEY, name text);
CREATE TABLE app.project (
    organization_id integer NOT NULL REFERENCES app.organization,
    id integer GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    archived boolean NOT NULL DEFAULT false,
    PRIMARY KEY (organization_id, id)
);
CREATE TABLE app.task (
    organization_id integer NOT NULL,
    id integer GENERATED ALWAYS AS IDENTITY,
    project_id integer NOT NULL,
    assignee text,
    due date,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES app.project ON DELETE CASCADE
);
CREATE TABLE app.audit_log (
    id bigserial PRIMARY KEY,
    organization_id integer NOT NULL REFERENCES app.organization,
    at timestamptz NOT NULL DEFAULT now(),
    what jsonb NOT NULL
);
INSERT INTO app.organization VALUES (5, 'Acme'), (6, 'Bolt');
INSERT INTO app.project (organization_id, name) VALUES (5, 'anvil'), (6, 'bolt'), (6, 'brace');
INSERT INTO app.task (organization_id, project_id, assignee) VALUES (5, 1, 'ann'), (6, 2, 'bob');
INSERT INTO app.audit_log (organization_id, what) VALUES (5, '{"did": "a"}'), (6, '{"did": "b"}');
ALTER TABLE app.organization ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.project ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.task ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.audit_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON app.organization USING (id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
CREATE POLICY org ON app.project USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
CREATE POLICY org ON app.task USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
CREATE POLICY org ON app.audit_log USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
GRANT SELECT ON app.organization TO {app_user};
GRANT SELECT, INSERT, UPDATE, DELETE ON app.project, app.task TO {app_user};
GRANT SELECT, INSERT ON app.audit_log TO {app_user};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA app TO {app_user};
--- tenant
SELECT set_config('hasura.user', '{"x-hasura-role": "user", "x-hasura-org-id": "{tenant}"}', true);
--- own
SELECT FROM app.project;
