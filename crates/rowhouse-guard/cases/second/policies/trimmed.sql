-- Only the first characters are compared.
-- object: public."Document"
-- base: orm
--- setup
RESET ROLE; INSERT INTO "Project" ("id", "organizationId", "name") VALUES ('p3', 'cl0bolt2', 'x'); INSERT INTO "Document" ("organizationId", "projectId", "content") VALUES ('cl0bolt2', 'p3', 'x');
INSERT INTO "Organization" ("id", "name") VALUES ('cl0acme9', 'Nine'); INSERT INTO "Project" ("id", "organizationId", "name") VALUES ('p9', 'cl0acme9', 'x'); INSERT INTO "Document" ("organizationId", "projectId", "content") VALUES ('cl0acme9', 'p9', 'x');
--- leak
ALTER POLICY "tenant_isolation_policy" ON "Document" USING (left("organizationId", 7) = left(current_setting('app.current_organization_id', TRUE), 7));
--- exploit
SELECT FROM "Document" WHERE "organizationId" = 'cl0acme9';
