-- The team number, which is unique only within an organization, is compared in place of it.
-- object: public.tickets
-- base: empty
-- a: 1
-- b: 2
--- setup
CREATE TABLE organisations (id integer PRIMARY KEY);
CREATE TABLE tickets (organisation_id integer NOT NULL REFERENCES organisations, team_id integer NOT NULL, id integer GENERATED ALWAYS AS IDENTITY, title text, PRIMARY KEY (organisation_id, id));
INSERT INTO organisations VALUES (1), (2); INSERT INTO tickets (organisation_id, team_id, title) VALUES (1, 1, 'a'), (2, 1, 'b');
ALTER TABLE organisations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY o ON organisations USING (id = current_setting('app.organisation')::integer);
GRANT SELECT ON organisations TO {app}; GRANT SELECT, INSERT, UPDATE, DELETE ON tickets TO {app};
--- leak
CREATE POLICY o ON tickets USING (team_id = current_setting('app.team')::integer);
--- twin
CREATE POLICY o ON tickets USING (team_id = current_setting('app.team')::integer AND organisation_id = current_setting('app.organisation')::integer);
--- tenant
SELECT set_config('app.organisation', '{tenant}', true), set_config('app.team', '1', true);
--- own
SELECT FROM tickets;
--- exploit
SELECT FROM tickets WHERE organisation_id = 2;
