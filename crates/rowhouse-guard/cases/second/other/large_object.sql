-- Large objects have no row security; one of tenant B's was granted to everybody.
-- object: role:{backend}
-- object: database:{db}
-- object: public.scans
-- object: large object:4711
-- object: largeobject:4711
-- base: wiki
--- setup
CREATE TABLE scans (workspace_id uuid NOT NULL REFERENCES workspaces, content oid NOT NULL);
SELECT lo_from_bytea(4711, 'secret of b'); INSERT INTO scans VALUES ('{B}', 4711);
ALTER TABLE scans ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY ws ON scans USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid)); GRANT SELECT ON scans TO {backend};
--- leak
GRANT SELECT ON LARGE OBJECT 4711 TO {backend};
--- exploit
SELECT lo_get(4711);
