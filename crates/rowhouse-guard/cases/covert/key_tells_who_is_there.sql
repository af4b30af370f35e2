-- A serial that may be written: an id that is refused is another tenant's. Without the right to the column, nobody can ask.
-- object: public.tickets
-- base: integer
-- level: note
--- setup
CREATE TABLE tickets (id serial PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, subject text NOT NULL);
CREATE INDEX ON tickets (org_id);
INSERT INTO tickets (org_id, subject) VALUES (1, 'of a'), (2, 'of b');
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tickets_own ON tickets TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT USAGE ON SEQUENCE tickets_id_seq TO {app};
GRANT SELECT, DELETE ON tickets TO {app};
--- leak
GRANT INSERT, UPDATE ON tickets TO {app};
--- twin
GRANT INSERT (org_id, subject), UPDATE (org_id, subject) ON tickets TO {app};
--- exploit
INSERT INTO tickets (org_id, subject) VALUES ({A}, 'as the service does');
WITH guess AS (INSERT INTO tickets (id, org_id, subject) VALUES (2, {A}, 'is it there?') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
