-- The phone number is the primary key.
-- object: public.contacts
-- base: wiki
--- leak
CREATE TABLE contacts (phone text PRIMARY KEY, workspace_id uuid NOT NULL REFERENCES workspaces, name text); INSERT INTO contacts VALUES ('555', '{B}', 'bob');
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY ws ON contacts USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid)); GRANT SELECT, INSERT ON contacts TO {backend};
--- twin
CREATE TABLE contacts (phone text, workspace_id uuid NOT NULL REFERENCES workspaces, name text, PRIMARY KEY (workspace_id, phone)); INSERT INTO contacts VALUES ('555', '{B}', 'bob');
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY ws ON contacts USING (workspace_id = (SELECT current_setting('wiki.workspace')::uuid)); GRANT SELECT, INSERT ON contacts TO {backend};
--- exploit
INSERT INTO contacts VALUES ('555', '{A}', 'x') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM contacts WHERE workspace_id = '{A}');
