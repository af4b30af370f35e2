-- A partitioned table has to have its day in the key; the number beside it is a surrogate all the same.
-- base: integer
--- setup
CREATE TABLE visits (
    id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL, org_id integer NOT NULL REFERENCES organizations, page text,
    PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
CREATE TABLE visits_2030 PARTITION OF visits FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
CREATE INDEX ON visits (org_id);
INSERT INTO visits (day, org_id, page) VALUES ('2030-01-01', 1, 'of a'), ('2030-01-01', 2, 'of b');
CREATE TABLE clicks (
    id bigserial, at timestamptz NOT NULL DEFAULT now(), org_id integer NOT NULL REFERENCES organizations, target text,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE clicks_all PARTITION OF clicks DEFAULT;
CREATE INDEX ON clicks (org_id);
ALTER TABLE visits ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE clicks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY visits_own ON visits TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
CREATE POLICY clicks_own ON clicks TO {app} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT ON visits, clicks TO {app};
GRANT USAGE ON SEQUENCE clicks_id_seq TO {app};
--- exploit
SELECT FROM visits WHERE page = 'of b';
