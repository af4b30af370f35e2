-- Names that must be quoted: a schema with a blank, a table called user.
-- object: "Tenant Data"."user"
-- base: uuid
--- setup
CREATE SCHEMA "Tenant Data";
GRANT USAGE ON SCHEMA "Tenant Data" TO {app};
CREATE TABLE "Tenant Data"."user" (
    "order" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    "select" text
);
CREATE INDEX ON "Tenant Data"."user" (tenant_id);
INSERT INTO "Tenant Data"."user" (tenant_id, "select") VALUES ('{A}', 'of a'), ('{B}', 'of b');
GRANT SELECT ON "Tenant Data"."user" TO {app};
--- leak
--- twin
ALTER TABLE "Tenant Data"."user" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Tenant Data"."user" FORCE ROW LEVEL SECURITY;
CREATE POLICY "a policy" ON "Tenant Data"."user"
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
SELECT "select" FROM "Tenant Data"."user" WHERE tenant_id = '{B}';
