-- Two levels down, a sub-partition is granted to a group.
-- object: telemetry."Points_2025_eu"
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {dashboards} NOLOGIN;
SET ROLE {owner};
CREATE SCHEMA telemetry;
GRANT USAGE ON SCHEMA telemetry TO {app};
CREATE TABLE telemetry."Points" (org_id integer NOT NULL REFERENCES organizations, year integer NOT NULL, region text NOT NULL, value numeric)
    PARTITION BY LIST (year);
CREATE INDEX ON telemetry."Points" (org_id);
CREATE TABLE telemetry."Points_2025" PARTITION OF telemetry."Points" FOR VALUES IN (2025) PARTITION BY LIST (region);
CREATE TABLE telemetry."Points_2025_eu" PARTITION OF telemetry."Points_2025" FOR VALUES IN ('eu');
INSERT INTO telemetry."Points" VALUES (1, 2025, 'eu', 1), (2, 2025, 'eu', 2);
ALTER TABLE telemetry."Points" ENABLE ROW LEVEL SECURITY;
ALTER TABLE telemetry."Points" FORCE ROW LEVEL SECURITY;
CREATE POLICY points_own ON telemetry."Points" USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT ON telemetry."Points" TO {app};
GRANT SELECT ON telemetry."Points_2025_eu" TO {dashboards};
GRANT USAGE ON SCHEMA telemetry TO {dashboards};
--- leak
RESET ROLE;
GRANT {dashboards} TO {app};
--- exploit
SELECT value FROM telemetry."Points_2025_eu" WHERE org_id = {B};
