-- pg_read_all_data reads every table, also those the app role was never granted.
-- object: role:{app}
-- base: uuid
--- setup
CREATE TABLE billing (tenant_id uuid NOT NULL REFERENCES tenants, card text NOT NULL);
CREATE INDEX ON billing (tenant_id);
INSERT INTO billing VALUES ('{B}', '4111');
--- leak
RESET ROLE;
GRANT pg_read_all_data TO {app};
--- exploit
SELECT card FROM billing;
