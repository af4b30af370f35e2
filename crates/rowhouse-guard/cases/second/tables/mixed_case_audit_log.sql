-- An audit log in mixed case without row security.
-- object: public."AuditLog"
-- base: orm
--- setup
CREATE TABLE "AuditLog" ("id" bigserial PRIMARY KEY, "organizationId" text NOT NULL, "payload" jsonb);
INSERT INTO "AuditLog" ("organizationId", "payload") VALUES ('{B}', '{}');
GRANT SELECT, INSERT ON "AuditLog" TO {api};
CREATE POLICY "tenant_isolation_policy" ON "AuditLog" USING ("organizationId" = current_setting('app.current_organization_id', TRUE)::text);
--- leak
SELECT 1;
--- twin
ALTER TABLE "AuditLog" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
--- exploit
SELECT FROM "AuditLog" WHERE "organizationId" = '{B}';
