-- The migration's loop over names did not quote, and so missed a table in mixed case.
-- object: public."ItemTags"
-- base: mixed-case
--- setup
CREATE TABLE "ItemTags" (
    "Id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "tenantId" uuid NOT NULL REFERENCES "Tenants" ("Id"),
    "Tag" text NOT NULL
);
CREATE INDEX "IX_ItemTags" ON "ItemTags" ("tenantId");
INSERT INTO "ItemTags" ("tenantId", "Tag") VALUES ('{B}', 'of b'), ('{A}', 'of a');
GRANT SELECT ON "ItemTags" TO {app};
--- leak
--- twin
ALTER TABLE "ItemTags" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ItemTags" FORCE ROW LEVEL SECURITY;
CREATE POLICY "TenantIsolation" ON "ItemTags" USING ("tenantId" = current_setting('app.tenant_id')::uuid);
--- exploit
SELECT "Id" FROM "ItemTags" WHERE "tenantId" = '{B}';
