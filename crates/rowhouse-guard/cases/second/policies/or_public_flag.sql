-- Public projects are seen by all organizations, which was meant for the own organization.
-- object: public."Project"
-- base: orm
--- leak
ALTER POLICY "tenant_isolation_policy" ON "Project" USING ("organizationId" = current_setting('app.current_organization_id', TRUE)::text OR "isPublic");
--- twin
ALTER POLICY "tenant_isolation_policy" ON "Project" USING ("organizationId" = current_setting('app.current_organization_id', TRUE)::text AND ("isPublic" OR NOT "isPublic"));
--- exploit
SELECT FROM "Project" WHERE "organizationId" = '{B}';
