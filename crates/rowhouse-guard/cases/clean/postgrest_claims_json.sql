-- The claims read as JSON in the policy itself, without a helper.
-- base: empty
--- setup
CREATE TABLE companies (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE contacts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company_id bigint NOT NULL REFERENCES companies,
    email text NOT NULL,
    UNIQUE (company_id, email)
);
INSERT INTO companies VALUES (1, 'Acme'), (2, 'Bolt');
INSERT INTO contacts (company_id, email) VALUES (1, 'a@example.org'), (2, 'b@example.org');
ALTER TABLE companies ENABLE ROW LEVEL SECURITY;
ALTER TABLE companies FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON companies FOR SELECT
    USING (id = (current_setting('request.jwt.claims', true)::json ->> 'company_id')::bigint);
CREATE POLICY own ON contacts
    USING (company_id = (current_setting('request.jwt.claims', true)::json ->> 'company_id')::bigint);
GRANT SELECT ON companies TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON contacts TO {app};
--- tenant
SELECT set_config('request.jwt.claims', json_build_object('company_id', CASE '{tenant}' WHEN '{A}' THEN 1 ELSE 2 END)::text, true);
--- own
SELECT FROM contacts;
--- exploit
SELECT id FROM contacts WHERE company_id = 2;
