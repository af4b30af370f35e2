-- The policy of the memberships lets a user write any line that carries their own name, so also one for another tenant.
-- object: public.workspace_user
-- base: empty
--- setup
CREATE TABLE workspace (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE workspace_user (workspace_id integer NOT NULL REFERENCES workspace, user_name text NOT NULL, PRIMARY KEY (workspace_id, user_name));
CREATE TABLE workspace_doc (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, workspace_id integer NOT NULL REFERENCES workspace, body text NOT NULL);
CREATE INDEX ON workspace_doc (workspace_id);
INSERT INTO workspace VALUES (1, 'Acme'), (2, 'Bolt');
INSERT INTO workspace_user VALUES (1, 'ann'), (2, 'bob');
INSERT INTO workspace_doc (workspace_id, body) VALUES (1, 'of a'), (2, 'secret of b');
ALTER TABLE workspace ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace FORCE ROW LEVEL SECURITY;
ALTER TABLE workspace_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_user FORCE ROW LEVEL SECURITY;
ALTER TABLE workspace_doc ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_doc FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON workspace FOR SELECT USING (id = NULLIF(current_setting('ws.id', true), '')::integer);
CREATE POLICY seen ON workspace_user FOR SELECT USING (workspace_id = NULLIF(current_setting('ws.id', true), '')::integer);
CREATE POLICY docs ON workspace_doc USING (workspace_id = NULLIF(current_setting('ws.id', true), '')::integer);
GRANT SELECT ON workspace, workspace_user TO {app};
GRANT SELECT, INSERT ON workspace_doc TO {app};
GRANT INSERT ON workspace_user TO {app};
--- leak
CREATE POLICY joined ON workspace_user FOR INSERT WITH CHECK (user_name = current_setting('ws.user', true));
--- twin
CREATE POLICY joined ON workspace_user FOR INSERT
    WITH CHECK (user_name = current_setting('ws.user', true) AND workspace_id = NULLIF(current_setting('ws.id', true), '')::integer);
--- tenant
SELECT set_config('ws.id', CASE '{tenant}' WHEN '{A}' THEN '1' ELSE '2' END, true), set_config('ws.user', 'ann', true);
--- own
SELECT FROM workspace_doc;
--- exploit
INSERT INTO workspace_user VALUES (2, 'ann');
--- proof
SELECT FROM workspace_user WHERE workspace_id = 2 AND user_name = 'ann';
