-- The child's policy goes through its parent, but the parent lets everything through: two tables, one cause.
-- object: public.folders
-- base: integer
--- setup
CREATE TABLE folders (id integer PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, name text);
CREATE INDEX ON folders (org_id);
CREATE TABLE files (id integer PRIMARY KEY, folder_id integer NOT NULL REFERENCES folders, name text);
CREATE INDEX ON files (folder_id);
INSERT INTO folders VALUES (1, 1, 'of a'), (2, 2, 'of b');
INSERT INTO files VALUES (1, 1, 'of a'), (2, 2, 'of b');
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
CREATE POLICY files_own ON files USING (folder_id IN (SELECT id FROM folders));
GRANT SELECT ON folders, files TO {app};
--- leak
--- twin
ALTER TABLE folders ENABLE ROW LEVEL SECURITY;
ALTER TABLE folders FORCE ROW LEVEL SECURITY;
CREATE POLICY folders_own ON folders USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
SELECT id FROM files WHERE name = 'of b';
