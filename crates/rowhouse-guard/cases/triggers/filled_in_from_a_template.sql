-- A definer trigger fills a new task in from the task it names as its template, whosever that is.
-- object: public.fill_in()
-- object: public.drafts
-- base: projects
--- setup
RESET ROLE;
CREATE TABLE drafts (org_id uuid NOT NULL REFERENCES orgs, id uuid NOT NULL DEFAULT gen_random_uuid(), template uuid, title text, PRIMARY KEY (org_id, id));
ALTER TABLE drafts OWNER TO {owner};
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON drafts USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT ON drafts TO {app};
CREATE FUNCTION fill_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT t.title INTO NEW.title FROM tasks t WHERE t.id = NEW.template;
    RETURN NEW;
END $$;
CREATE TRIGGER fill_in BEFORE INSERT ON drafts FOR EACH ROW EXECUTE FUNCTION fill_in();
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION fill_in() SECURITY INVOKER;
--- exploit
INSERT INTO drafts (org_id, template) VALUES ('{A}', 'bbbbbbbb-0000-4000-8000-000000000002');
SELECT title FROM drafts WHERE title = 'of b';
