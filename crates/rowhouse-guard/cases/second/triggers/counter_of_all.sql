-- A shared counter table, kept by a trigger and readable, tells how busy the others are.
-- object: app.counters
-- base: hasura
--- setup
RESET ROLE; CREATE TABLE app.counters (organization_id integer PRIMARY KEY REFERENCES app.organization, tasks integer NOT NULL); INSERT INTO app.counters VALUES (5, 1), (6, 1);
--- leak
RESET ROLE; GRANT SELECT ON app.counters TO {app_user};
--- twin
RESET ROLE; GRANT SELECT ON app.counters TO {app_user}; ALTER TABLE app.counters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON app.counters USING (organization_id = (current_setting('hasura.user')::json ->> 'x-hasura-org-id')::integer);
--- exploit
SELECT tasks FROM app.counters WHERE organization_id = 6;
