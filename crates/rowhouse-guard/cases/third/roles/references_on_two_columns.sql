-- REFERENCES on the key columns only, beside a schema the app may build in: its own foreign key tells what exists.
-- object: crm.deal
-- base: third_session
-- refused: 23503
--- setup
RESET ROLE;
CREATE SCHEMA scratch;
GRANT CREATE, USAGE ON SCHEMA scratch TO {app};
--- leak
GRANT REFERENCES (id) ON crm.deal TO {app};
--- exploit
CREATE TABLE scratch.probe (id integer REFERENCES crm.deal (id));
INSERT INTO scratch.probe VALUES (2) RETURNING id;
