-- Projects and tasks of organizations in a tree, file metadata, an audit log.
-- a: 10101010-0000-4000-8000-00000000000a
-- b: 10101010-0000-4000-8000-00000000000b
--- setup
CREATE TABLE orgs (id uuid PRIMARY KEY, name text NOT NULL, plan text NOT NULL DEFAULT 'free');
CREATE TABLE folders (
    org_id uuid NOT NULL REFERENCES orgs,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    parent_id uuid,
    name text NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, parent_id) REFERENCES folders (org_id, id)
);
CREATE INDEX ON folders (org_id, parent_id);
CREATE TABLE projects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES orgs,
    name text NOT NULL,
    archived boolean NOT NULL DEFAULT false,
    labels text[] NOT NULL DEFAULT '{}',
    UNIQUE (org_id, id)
);
CREATE TABLE tasks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL REFERENCES projects,
    title text NOT NULL,
    assignee text,
    done boolean NOT NULL DEFAULT false
);
CREATE INDEX ON tasks (project_id);
CREATE TABLE files (
    org_id uuid NOT NULL REFERENCES orgs,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    meta jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id)
);
CREATE TABLE audit_log (
    org_id uuid NOT NULL REFERENCES orgs,
    at timestamptz NOT NULL DEFAULT now(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    actor text,
    what text NOT NULL,
    PRIMARY KEY (org_id, at, id)
);
INSERT INTO orgs VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO folders (org_id, name) VALUES ('{A}', 'root of a'), ('{B}', 'root of b');
INSERT INTO projects (id, org_id, name) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', '{A}', 'of a'), ('bbbbbbbb-0000-4000-8000-000000000001', '{B}', 'of b');
INSERT INTO tasks (id, project_id, title) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000002', 'aaaaaaaa-0000-4000-8000-000000000001', 'of a'),
    ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-0000-4000-8000-000000000001', 'of b');
INSERT INTO files (org_id, name, meta) VALUES ('{A}', 'a.pdf', '{"tags": ["a"]}'), ('{B}', 'b.pdf', '{"tags": ["b"]}');
INSERT INTO audit_log (org_id, what) VALUES ('{A}', 'a logged in'), ('{B}', 'b logged in');
ALTER TABLE orgs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE folders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE projects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE files ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON orgs FOR SELECT USING (id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org ON folders USING (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org ON projects USING (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org ON tasks USING (project_id IN (SELECT p.id FROM projects p WHERE p.org_id = (SELECT current_setting('app.org_id')::uuid)));
CREATE POLICY org ON files USING (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_read ON audit_log FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY org_add ON audit_log FOR INSERT WITH CHECK (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT ON orgs TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON folders, projects, tasks, files TO {app};
GRANT SELECT, INSERT ON audit_log TO {app};
--- tenant
SELECT set_config('app.org_id', '{tenant}', true);
--- own
SELECT FROM tasks;
