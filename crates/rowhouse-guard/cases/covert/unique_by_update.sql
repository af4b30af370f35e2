-- The app role cannot insert, but an UPDATE finds out as well.
-- object: public."Users"
-- base: mixed-case
--- setup
CREATE TABLE "Users" (
    "Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "tenantId" uuid NOT NULL REFERENCES "Tenants",
    "Login" text NOT NULL
);
CREATE INDEX ON "Users" ("tenantId");
INSERT INTO "Users" ("tenantId", "Login") VALUES ('{A}', 'ann'), ('{B}', 'bob');
ALTER TABLE "Users" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Users" FORCE ROW LEVEL SECURITY;
CREATE POLICY "TenantIsolation" ON "Users" USING ("tenantId" = current_setting('app.tenant_id')::uuid);
GRANT SELECT, UPDATE ON "Users" TO {app};
--- leak
ALTER TABLE "Users" ADD UNIQUE ("Login");
--- twin
ALTER TABLE "Users" ADD UNIQUE ("tenantId", "Login");
--- exploit
DO $$
BEGIN
    PERFORM set_config('app.seen', '', true);
    UPDATE "Users" SET "Login" = 'bob';
EXCEPTION WHEN unique_violation THEN
    PERFORM set_config('app.seen', 'taken', true);
END $$;
SELECT WHERE current_setting('app.seen', true) = 'taken';
