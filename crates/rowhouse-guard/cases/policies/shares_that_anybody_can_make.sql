-- A share opens a file to another organization, and anybody can make one for a file that is not his.
-- object: public.files
-- object: public.shares
-- base: projects
--- setup
CREATE TABLE shares (
    org_id uuid NOT NULL REFERENCES orgs,
    file_id uuid NOT NULL,
    with_user text,
    PRIMARY KEY (org_id, file_id)
);
ALTER TABLE shares ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON shares USING (org_id = (SELECT current_setting('app.org_id')::uuid));
GRANT SELECT, INSERT, DELETE ON shares TO {app};
RESET ROLE;
INSERT INTO shares SELECT org_id, id FROM files WHERE org_id = '{A}';
UPDATE files SET id = 'bbbbbbbb-0000-4000-8000-00000000000f' WHERE org_id = '{B}';
--- leak
CREATE POLICY shared ON files FOR SELECT USING (EXISTS (SELECT FROM shares s WHERE s.file_id = files.id));
--- twin
CREATE POLICY shared ON files FOR SELECT
    USING (EXISTS (SELECT FROM shares s WHERE s.file_id = files.id AND s.org_id = files.org_id));
--- exploit
INSERT INTO shares VALUES ('{A}', 'bbbbbbbb-0000-4000-8000-00000000000f', 'ann');
SELECT name FROM files WHERE org_id = '{B}';
