-- pg_read_all_data opens a table that was never granted.
-- object: role:{app_user}
-- base: hasura
--- setup
CREATE TABLE app.api_keys (organization_id integer NOT NULL REFERENCES app.organization, secret text NOT NULL);
INSERT INTO app.api_keys VALUES (6, 'b-secret');
--- leak
RESET ROLE; GRANT pg_read_all_data TO {app_user};
--- exploit
SELECT FROM app.api_keys WHERE organization_id = 6;
