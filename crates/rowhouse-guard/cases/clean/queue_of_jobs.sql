-- Jobs are put in by the service and taken by a worker of another role; the service never sees them again.
-- base: projects
--- setup
RESET ROLE;
CREATE ROLE {worker} LOGIN;
SET ROLE {owner};
CREATE TABLE jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL DEFAULT current_setting('app.org_id')::uuid REFERENCES orgs, kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}', taken_at timestamptz
);
CREATE INDEX ON jobs (org_id);
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY put ON jobs FOR INSERT TO {app} WITH CHECK (org_id = (SELECT current_setting('app.org_id')::uuid));
CREATE POLICY work ON jobs TO {worker} USING (true);
GRANT INSERT ON jobs TO {app};
GRANT SELECT, UPDATE, DELETE ON jobs TO {worker};
--- exploit
INSERT INTO jobs (org_id, kind) VALUES ('{B}', 'export');
SELECT 1;
