-- The helper's argument is named like a column, and in SQL the column wins: it compares the column with itself.
-- object: public.tasks
-- object: public.project_is_ours(uuid)
-- base: projects
--- setup
CREATE TABLE project_orgs (
    project_id uuid NOT NULL, org_id uuid NOT NULL REFERENCES orgs, PRIMARY KEY (org_id, project_id),
    FOREIGN KEY (org_id, project_id) REFERENCES projects (org_id, id)
);
RESET ROLE;
INSERT INTO project_orgs SELECT id, org_id FROM projects;
SET ROLE {owner};
ALTER TABLE project_orgs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON project_orgs USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT ON project_orgs TO {app};
CREATE FUNCTION project_is_ours(project_id uuid) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT EXISTS (SELECT FROM public.project_orgs po WHERE po.project_id = project_is_ours.project_id) $$;
DROP POLICY org ON tasks;
CREATE POLICY org ON tasks USING (project_is_ours(project_id));
--- leak
CREATE OR REPLACE FUNCTION project_is_ours(project_id uuid) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT EXISTS (SELECT FROM public.project_orgs po WHERE po.project_id = project_id) $$;
--- exploit
SELECT title FROM tasks WHERE title = 'of b';
