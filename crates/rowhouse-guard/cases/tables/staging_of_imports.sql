-- A staging table for imports, its tenant under another name and without a key, left open.
-- object: billing.import_lines
-- base: billing
--- setup
CREATE UNLOGGED TABLE billing.import_lines (batch uuid NOT NULL, cust_no bigint NOT NULL, raw jsonb NOT NULL);
INSERT INTO billing.import_lines VALUES (gen_random_uuid(), {A}, '{"of": "a"}'), (gen_random_uuid(), {B}, '{"of": "b"}');
GRANT SELECT, INSERT, DELETE ON billing.import_lines TO {billing_rw};
--- leak
--- twin
CREATE INDEX ON billing.import_lines (cust_no);
ALTER TABLE billing.import_lines ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON billing.import_lines TO {billing_rw} USING (cust_no = current_setting('billing.customer')::bigint);
--- exploit
SELECT raw FROM billing.import_lines WHERE cust_no = {B};
