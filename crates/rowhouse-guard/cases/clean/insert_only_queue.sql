-- The app role may add to a queue but not read it; the worker is another role.
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {worker} LOGIN;
SET ROLE {owner};
CREATE TABLE queue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, job jsonb NOT NULL);
CREATE INDEX ON queue (org_id);
ALTER TABLE queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE queue FORCE ROW LEVEL SECURITY;
CREATE POLICY queue_add ON queue FOR INSERT TO {app} WITH CHECK (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
CREATE POLICY queue_work ON queue TO {worker} USING (true);
GRANT INSERT ON queue TO {app};
GRANT SELECT, DELETE ON queue TO {worker};
--- exploit
INSERT INTO queue (org_id, job) VALUES ({B}, '{}');
--- proof
SELECT FROM queue;
