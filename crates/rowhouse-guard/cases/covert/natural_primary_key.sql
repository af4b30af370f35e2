-- The primary key is a value that people choose.
-- object: public.domains
-- base: integer
--- setup
CREATE TABLE domains (org_id integer NOT NULL REFERENCES organizations, hostname text NOT NULL);
CREATE INDEX ON domains (org_id);
INSERT INTO domains VALUES (2, 'bolt.example');
ALTER TABLE domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE domains FORCE ROW LEVEL SECURITY;
CREATE POLICY domains_own ON domains USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT ON domains TO {app};
--- leak
ALTER TABLE domains ADD PRIMARY KEY (hostname);
--- twin
ALTER TABLE domains ADD PRIMARY KEY (org_id, hostname);
--- exploit
WITH guess AS (INSERT INTO domains VALUES ({A}, 'bolt.example') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
