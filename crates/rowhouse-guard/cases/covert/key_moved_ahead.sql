-- The app role inserts without the id, and may change it afterwards: its row moves to where the sequence will be.
-- object: public.tickets
-- base: integer
-- level: note
--- setup
CREATE TABLE tickets (id bigserial PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, subject text NOT NULL);
CREATE INDEX ON tickets (org_id);
INSERT INTO tickets (org_id, subject) VALUES (1, 'of a'), (2, 'of b');
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tickets_own ON tickets TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT USAGE ON SEQUENCE tickets_id_seq TO {app};
GRANT SELECT, INSERT (org_id, subject) ON tickets TO {app};
--- leak
GRANT UPDATE ON tickets TO {app};
--- twin
GRANT UPDATE (subject) ON tickets TO {app};
--- exploit
UPDATE tickets SET id = 3 WHERE subject = 'of a';
--- victim
DO $$
BEGIN
    INSERT INTO tickets (org_id, subject) VALUES ({B}, 'next');
EXCEPTION WHEN unique_violation THEN
    NULL;
END $$;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM tickets WHERE subject = 'next');
