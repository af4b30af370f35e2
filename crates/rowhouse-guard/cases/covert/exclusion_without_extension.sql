-- The same with a type that needs no extension.
-- object: public.ip_ranges
-- base: integer
--- setup
CREATE TABLE ip_ranges (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id integer NOT NULL REFERENCES organizations, org_range int4range NOT NULL, span int8range NOT NULL);
CREATE INDEX ON ip_ranges (org_id);
INSERT INTO ip_ranges (org_id, org_range, span) VALUES (2, '[2,2]', '[100,200)');
ALTER TABLE ip_ranges ENABLE ROW LEVEL SECURITY;
ALTER TABLE ip_ranges FORCE ROW LEVEL SECURITY;
CREATE POLICY ip_ranges_own ON ip_ranges USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT ON ip_ranges TO {app};
--- leak
ALTER TABLE ip_ranges ADD CONSTRAINT one_user EXCLUDE USING gist (span WITH &&);
--- twin
--- exploit
WITH guess AS (INSERT INTO ip_ranges (org_id, org_range, span) VALUES (1, '[1,1]', '[150,160)') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
