-- Ids that differ in case only are folded together.
-- object: public."Project"
-- base: orm
--- setup
RESET ROLE; INSERT INTO "Organization" ("id", "name") VALUES ('CL0ACME', 'Other'); INSERT INTO "Project" ("organizationId", "name") VALUES ('CL0ACME', 'x');
--- leak
ALTER POLICY "tenant_isolation_policy" ON "Project" USING (lower("organizationId") = lower(current_setting('app.current_organization_id', TRUE)));
--- exploit
SELECT FROM "Project" WHERE "organizationId" = 'CL0ACME';
