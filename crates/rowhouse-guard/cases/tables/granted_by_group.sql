-- The right comes through a group.
-- object: public."Exports"
-- base: mixed-case
--- setup
RESET ROLE;
CREATE ROLE {readers} NOLOGIN;
CREATE ROLE {analyst} LOGIN;
SET ROLE {owner};
CREATE TABLE "Exports" ("Id" integer PRIMARY KEY, "tenantId" uuid NOT NULL REFERENCES "Tenants", "Url" text);
CREATE INDEX ON "Exports" ("tenantId");
INSERT INTO "Exports" VALUES (1, '{B}', 'https://example.org/b');
GRANT SELECT ON "Exports" TO {readers};
--- leak
RESET ROLE;
GRANT {readers} TO {app};
--- twin
RESET ROLE;
GRANT {readers} TO {analyst};
--- exploit
SELECT "Url" FROM "Exports";
