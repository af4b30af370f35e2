-- Attachments reach their tenant over tasks and projects, and one of the joins compares a column with itself.
-- object: public.attachments
-- base: projects
--- setup
CREATE TABLE attachments (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), task_id uuid NOT NULL REFERENCES tasks, url text NOT NULL);
CREATE INDEX ON attachments (task_id);
RESET ROLE;
INSERT INTO attachments (task_id, url) SELECT id, 'url ' || title FROM tasks;
SET ROLE {owner};
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON attachments TO {app};
--- leak
CREATE POLICY org ON attachments USING (EXISTS (
    SELECT FROM tasks t JOIN projects p ON p.id = t.project_id
    WHERE t.id = t.id AND p.org_id = (SELECT current_setting('app.org_id')::uuid)));
--- twin
CREATE POLICY org ON attachments USING (EXISTS (
    SELECT FROM tasks t JOIN projects p ON p.id = t.project_id
    WHERE t.id = task_id AND p.org_id = (SELECT current_setting('app.org_id')::uuid)));
--- exploit
SELECT url FROM attachments WHERE url = 'url of b';
