-- Lookups that the app role can only read, one of them by PUBLIC, one under a policy for all to read.
-- base: mixed-case
--- setup
CREATE TABLE "Currencies" ("Code" text PRIMARY KEY, "Digits" integer NOT NULL);
CREATE TABLE time_zones (name text PRIMARY KEY);
INSERT INTO "Currencies" VALUES ('EUR', 2);
INSERT INTO time_zones VALUES ('UTC');
GRANT SELECT ON "Currencies" TO PUBLIC;
GRANT SELECT ON time_zones TO {app};
ALTER TABLE time_zones ENABLE ROW LEVEL SECURITY;
CREATE POLICY "All read" ON time_zones FOR SELECT USING (true);
ALTER TABLE "Items" ADD COLUMN "Currency" text REFERENCES "Currencies", ADD COLUMN "Zone" text REFERENCES time_zones;
--- exploit
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
