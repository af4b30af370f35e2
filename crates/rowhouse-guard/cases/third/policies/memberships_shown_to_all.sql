-- The folders are those of the memberships one sees; for a member picker the memberships were shown to everyone.
-- object: public.folder
-- object: public.folder_member
-- base: third_members
--- setup
CREATE TABLE folder (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, title text NOT NULL);
CREATE TABLE folder_member (org_id uuid NOT NULL REFERENCES orgs, user_id text NOT NULL, PRIMARY KEY (org_id, user_id));
CREATE INDEX ON folder (org_id);
INSERT INTO folder (org_id, title) VALUES ('{A}', 'of a'), ('{B}', 'secret of b');
INSERT INTO folder_member VALUES ('{A}', 'ann'), ('{B}', 'bob');
ALTER TABLE folder ENABLE ROW LEVEL SECURITY;
ALTER TABLE folder FORCE ROW LEVEL SECURITY;
ALTER TABLE folder_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE folder_member FORCE ROW LEVEL SECURITY;
GRANT SELECT ON folder TO {authenticated};
GRANT SELECT, INSERT, DELETE ON folder_member TO {authenticated};
CREATE POLICY "Own org's members" ON folder_member FOR SELECT TO {authenticated} USING (org_id = (SELECT auth.org_id()));
CREATE POLICY "Leave" ON folder_member FOR DELETE TO {authenticated} USING (org_id = (SELECT auth.org_id()));
CREATE POLICY "Folders" ON folder FOR SELECT TO {authenticated}
    USING (org_id IN (SELECT m.org_id FROM folder_member m));
--- leak
ALTER POLICY "Own org's members" ON folder_member USING (true);
--- exploit
SELECT title FROM folder WHERE org_id = '{B}';
