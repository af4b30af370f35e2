-- The default of a number counts the rows of all tenants.
-- object: public.next_task_no()
-- object: public.task_numbers
-- base: projects
--- setup
CREATE TABLE task_numbers (org_id uuid NOT NULL REFERENCES orgs, n bigint NOT NULL, PRIMARY KEY (org_id, n));
INSERT INTO task_numbers VALUES ('{A}', 1), ('{B}', 40);
ALTER TABLE task_numbers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON task_numbers USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT ON task_numbers TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION next_task_no() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(max(n), 0) + 1 FROM task_numbers $$;
ALTER TABLE task_numbers ALTER n SET DEFAULT next_task_no();
--- twin
RESET ROLE;
CREATE FUNCTION next_task_no() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(max(n), 0) + 1 FROM task_numbers WHERE org_id = current_setting('app.org_id')::uuid $$;
ALTER TABLE task_numbers ALTER n SET DEFAULT next_task_no();
--- exploit
INSERT INTO task_numbers (org_id) VALUES ('{A}');
SELECT n FROM task_numbers WHERE n = 41;
