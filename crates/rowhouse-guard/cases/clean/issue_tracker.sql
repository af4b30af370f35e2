-- A bigger schema: users who belong to several tenants, projects, issues, comments, labels, attachments.
-- base: empty
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE, user_id uuid NOT NULL, role text NOT NULL CHECK (role IN ('owner', 'member')), PRIMARY KEY (tenant_id, user_id));
CREATE TABLE projects (tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE, id uuid NOT NULL DEFAULT gen_random_uuid(), key text NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key));
CREATE TABLE issues (tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT gen_random_uuid(), project_id uuid NOT NULL, number integer NOT NULL, title text NOT NULL, assignee uuid,
    PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, project_id, number),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, assignee) REFERENCES members (tenant_id, user_id) ON DELETE SET NULL (assignee));
CREATE TABLE issue_comments (tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT gen_random_uuid(), issue_id uuid NOT NULL, author uuid NOT NULL, body text NOT NULL,
    PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, issue_id) REFERENCES issues ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, author) REFERENCES members (tenant_id, user_id));
CREATE TABLE labels (tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL, PRIMARY KEY (tenant_id, name));
CREATE TABLE issue_labels (tenant_id uuid NOT NULL, issue_id uuid NOT NULL, label text NOT NULL, PRIMARY KEY (tenant_id, issue_id, label),
    FOREIGN KEY (tenant_id, issue_id) REFERENCES issues ON DELETE CASCADE, FOREIGN KEY (tenant_id, label) REFERENCES labels);
CREATE INDEX ON issues (tenant_id, assignee);
CREATE INDEX ON issue_comments (tenant_id, issue_id);
INSERT INTO tenants (id, name) VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO members VALUES ('{A}', '{A}', 'owner'), ('{B}', '{B}', 'owner'), ('{B}', '{A}', 'member');
INSERT INTO projects (tenant_id, key) VALUES ('{A}', 'A'), ('{B}', 'B');
INSERT INTO issues (tenant_id, project_id, number, title) SELECT tenant_id, id, 1, 'first' FROM projects;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['tenants', 'members', 'projects', 'issues', 'issue_comments', 'labels', 'issue_labels'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (%I = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid))',
            t, CASE t WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {app}', t);
    END LOOP;
END $$;
REVOKE INSERT, UPDATE, DELETE ON tenants FROM {app};
--- tenant
SELECT set_config('app.tenant_id', '{tenant}', true);
--- own
SELECT FROM issues;
--- exploit
SELECT id FROM issues WHERE tenant_id = '{B}';
