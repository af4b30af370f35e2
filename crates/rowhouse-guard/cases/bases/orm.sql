-- Prisma: text ids, quoted camel case, organizations as tenants.
-- a: cl0acme
-- b: cl0bolt
-- login: api
--- setup
CREATE TABLE "_prisma_migrations" (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL);
CREATE TYPE "Role" AS ENUM ('ADMIN', 'MEMBER');
CREATE TABLE "Organization" (
    "id" text NOT NULL PRIMARY KEY CHECK ("id" <> ''),
    "name" text NOT NULL,
    "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE "User" (
    "id" text NOT NULL DEFAULT gen_random_uuid()::text,
    "organizationId" text NOT NULL REFERENCES "Organization" ("id"),
    "email" text NOT NULL,
    "role" "Role" NOT NULL DEFAULT 'MEMBER',
    PRIMARY KEY ("organizationId", "id"),
    UNIQUE ("organizationId", "email")
);
CREATE TABLE "Project" (
    "id" text NOT NULL DEFAULT gen_random_uuid()::text,
    "organizationId" text NOT NULL REFERENCES "Organization" ("id"),
    "name" text NOT NULL,
    "isPublic" boolean NOT NULL DEFAULT false,
    PRIMARY KEY ("organizationId", "id")
);
CREATE TABLE "Document" (
    "id" text NOT NULL DEFAULT gen_random_uuid()::text,
    "organizationId" text NOT NULL REFERENCES "Organization" ("id"),
    "projectId" text NOT NULL,
    "content" text,
    PRIMARY KEY ("organizationId", "id"),
    FOREIGN KEY ("organizationId", "projectId") REFERENCES "Project" ("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);

INSERT INTO "Organization" ("id", "name") VALUES ('{A}', 'Acme'), ('{B}', 'Bolt'), ('cl0bolt2', 'Bolt Two');
INSERT INTO "User" ("organizationId", "id", "email") VALUES ('{A}', 'u1', 'ann@acme.test'), ('{B}', 'u2', 'bob@bolt.test');
INSERT INTO "Project" ("organizationId", "id", "name", "isPublic") VALUES ('{A}', 'p1', 'anvil', false), ('{B}', 'p2', 'bolt', true);
INSERT INTO "Document" ("organizationId", "id", "projectId", "content") VALUES ('{A}', 'd1', 'p1', 'of a'), ('{B}', 'd2', 'p2', 'of b');

ALTER TABLE "Organization" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Organization" FORCE ROW LEVEL SECURITY;
ALTER TABLE "User" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "User" FORCE ROW LEVEL SECURITY;
ALTER TABLE "Project" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Project" FORCE ROW LEVEL SECURITY;
ALTER TABLE "Document" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Document" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_isolation_policy" ON "Organization" FOR SELECT USING ("id" = current_setting('app.current_organization_id', TRUE)::text);
CREATE POLICY "tenant_isolation_policy" ON "User" USING ("organizationId" = current_setting('app.current_organization_id', TRUE)::text);
CREATE POLICY "tenant_isolation_policy" ON "Project" USING ("organizationId" = current_setting('app.current_organization_id', TRUE)::text);
CREATE POLICY "tenant_isolation_policy" ON "Document" USING ("organizationId" = current_setting('app.current_organization_id', TRUE)::text);

GRANT USAGE ON SCHEMA public TO {api};
GRANT SELECT ON "Organization" TO {api};
GRANT SELECT, INSERT, UPDATE, DELETE ON "User", "Project", "Document" TO {api};
--- tenant
SELECT set_config('app.current_organization_id', '{tenant}', true);
--- own
SELECT FROM "Project";
