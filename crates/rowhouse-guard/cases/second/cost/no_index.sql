-- No index leads with the tenant.
-- object: public.readings
-- level: note
-- base: empty
-- a: 1
-- b: 2
--- setup
CREATE TABLE sites (id integer PRIMARY KEY); CREATE TABLE readings (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, site_id integer NOT NULL REFERENCES sites, v float);
INSERT INTO sites VALUES (1), (2); INSERT INTO readings (site_id, v) VALUES (1, 1), (2, 2);
ALTER TABLE sites ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE readings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY s ON sites USING (id = (SELECT current_setting('app.site')::integer)); CREATE POLICY s ON readings USING (site_id = (SELECT current_setting('app.site')::integer)); GRANT SELECT ON sites, readings TO {app};
--- leak
SELECT 1;
--- twin
CREATE INDEX ON readings (site_id);
--- tenant
SELECT set_config('app.site', '{tenant}', true);
--- own
SELECT FROM readings;
