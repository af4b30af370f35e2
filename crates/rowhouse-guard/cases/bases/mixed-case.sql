-- Names in mixed case, as some object-relational mappers write them; the bare setting in the policies.
-- a: 11111111-1111-4111-8111-111111111111
-- b: 22222222-2222-4222-8222-222222222222
--- setup
CREATE TABLE "Tenants" ("Id" uuid PRIMARY KEY, "Name" text NOT NULL);
CREATE TABLE "Items" (
    "Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "tenantId" uuid NOT NULL REFERENCES "Tenants" ("Id"),
    "Title" text NOT NULL,
    "Order" integer,
    UNIQUE ("tenantId", "Id")
);
CREATE TABLE "ItemComments" (
    "Id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "tenantId" uuid NOT NULL REFERENCES "Tenants" ("Id"),
    "itemId" uuid NOT NULL,
    "Body" text NOT NULL,
    FOREIGN KEY ("tenantId", "itemId") REFERENCES "Items" ("tenantId", "Id")
);
CREATE INDEX "IX_ItemComments" ON "ItemComments" ("tenantId", "itemId");
CREATE TABLE "Countries" ("Code" text PRIMARY KEY);

INSERT INTO "Tenants" VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO "Items" ("Id", "tenantId", "Title") VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', '{A}', 'anvil'),
    ('bbbbbbbb-0000-4000-8000-000000000001', '{B}', 'bolt');
INSERT INTO "ItemComments" ("tenantId", "itemId", "Body") VALUES
    ('{A}', 'aaaaaaaa-0000-4000-8000-000000000001', 'of a'),
    ('{B}', 'bbbbbbbb-0000-4000-8000-000000000001', 'of b');
INSERT INTO "Countries" VALUES ('NL');

ALTER TABLE "Tenants" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Tenants" FORCE ROW LEVEL SECURITY;
ALTER TABLE "Items" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Items" FORCE ROW LEVEL SECURITY;
ALTER TABLE "ItemComments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ItemComments" FORCE ROW LEVEL SECURITY;
CREATE POLICY "TenantIsolation" ON "Tenants"
    USING ("Id" = current_setting('app.tenant_id')::uuid);
CREATE POLICY "TenantIsolation" ON "Items"
    USING ("tenantId" = current_setting('app.tenant_id')::uuid);
CREATE POLICY "TenantIsolation" ON "ItemComments"
    USING (current_setting('app.tenant_id')::uuid = "tenantId");

GRANT SELECT ON "Tenants", "Countries" TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON "Items", "ItemComments" TO {app};
--- tenant
SELECT set_config('app.tenant_id', '{tenant}', true);
--- own
SELECT FROM "Items";
