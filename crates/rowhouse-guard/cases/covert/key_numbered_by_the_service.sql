-- The service numbers the rows itself, over all tenants: one tenant's number is refused where another has it.
-- object: public.tickets
-- base: integer
-- level: note
--- setup
CREATE TABLE tickets (id integer NOT NULL, org_id integer NOT NULL REFERENCES organizations, subject text NOT NULL);
CREATE INDEX ON tickets (org_id);
INSERT INTO tickets VALUES (1, 1, 'of a'), (2, 2, 'of b');
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tickets_own ON tickets TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT ON tickets TO {app};
--- leak
ALTER TABLE tickets ADD PRIMARY KEY (id);
--- twin
ALTER TABLE tickets ADD PRIMARY KEY (org_id, id);
--- exploit
WITH guess AS (INSERT INTO tickets VALUES (2, {A}, 'is it there?') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
