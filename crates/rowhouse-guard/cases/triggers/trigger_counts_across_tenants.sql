-- A definer trigger changes the row of the same name, whosever it is.
-- object: public.count_file()
-- object: public.files
-- base: projects
--- setup
CREATE TABLE tag_counts (org_id uuid NOT NULL REFERENCES orgs, tag text NOT NULL, n bigint NOT NULL DEFAULT 0, PRIMARY KEY (org_id, tag));
INSERT INTO tag_counts VALUES ('{A}', 'a'), ('{B}', 'a');
ALTER TABLE tag_counts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON tag_counts FOR SELECT USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT ON tag_counts TO {app};
--- leak
RESET ROLE;
CREATE FUNCTION count_file() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE tag_counts SET n = n + 1 WHERE tag = NEW.meta ->> 'tag';
    RETURN NULL;
END $$;
CREATE TRIGGER count AFTER INSERT ON files FOR EACH ROW EXECUTE FUNCTION count_file();
--- twin
RESET ROLE;
CREATE FUNCTION count_file() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE tag_counts SET n = n + 1 WHERE tag = NEW.meta ->> 'tag' AND org_id = NEW.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER count AFTER INSERT ON files FOR EACH ROW EXECUTE FUNCTION count_file();
--- exploit
INSERT INTO files (org_id, name, meta) VALUES ('{A}', 'x', jsonb_build_object('tag', 'a'));
SELECT 1;
--- proof
SELECT 1 FROM tag_counts WHERE org_id = '{B}' AND n > 0;
