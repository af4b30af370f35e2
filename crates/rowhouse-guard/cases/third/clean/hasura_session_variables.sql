-- Hasura hands its session variables over as one JSON document.
-- base: empty
-- a: 31
-- b: 32
-- login: hasura
--- setup
CREATE TABLE company (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE shift (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, company_id integer NOT NULL REFERENCES company, starts timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON shift (company_id, starts);
INSERT INTO company VALUES (31, 'Acme'), (32, 'Bolt');
INSERT INTO shift (company_id) VALUES (31), (32);
ALTER TABLE company ENABLE ROW LEVEL SECURITY;
ALTER TABLE company FORCE ROW LEVEL SECURITY;
ALTER TABLE shift ENABLE ROW LEVEL SECURITY;
ALTER TABLE shift FORCE ROW LEVEL SECURITY;
CREATE POLICY c ON company FOR SELECT TO {hasura} USING (id = (current_setting('hasura.user', true)::json ->> 'x-hasura-company-id')::integer);
CREATE POLICY c ON shift TO {hasura} USING (company_id = (SELECT (current_setting('hasura.user', true)::json ->> 'x-hasura-company-id')::integer));
GRANT SELECT ON company TO {hasura};
GRANT SELECT, INSERT, UPDATE, DELETE ON shift TO {hasura};
--- tenant
SELECT set_config('hasura.user', '{"x-hasura-role":"user","x-hasura-company-id":"{tenant}"}', true);
--- own
SELECT FROM shift;
--- exploit
SELECT id FROM shift WHERE company_id = 32;
