-- Content: names in mixed case in a schema in mixed case, the tenant's key a domain over text.
-- a: blue
-- b: green
-- login: web
--- setup
CREATE SCHEMA "Cms";
GRANT USAGE ON SCHEMA "Cms" TO {web};
CREATE DOMAIN "Cms"."SiteKey" AS text CHECK (VALUE ~ '^[a-zA-Z0-9_.-]+$');
CREATE TABLE "Cms"."Site" ("Key" "Cms"."SiteKey" PRIMARY KEY, "Title" text NOT NULL);
CREATE TABLE "Cms"."Page" (
    "SiteKey" "Cms"."SiteKey" NOT NULL REFERENCES "Cms"."Site",
    "Id" uuid NOT NULL DEFAULT gen_random_uuid(),
    "Slug" text NOT NULL,
    "Body" text NOT NULL DEFAULT '',
    "Published" boolean NOT NULL DEFAULT false,
    PRIMARY KEY ("SiteKey", "Id"),
    UNIQUE ("SiteKey", "Slug")
);
CREATE TABLE "Cms"."Asset" (
    "SiteKey" "Cms"."SiteKey" NOT NULL REFERENCES "Cms"."Site",
    "Id" uuid NOT NULL DEFAULT gen_random_uuid(),
    "PageId" uuid,
    "Path" text NOT NULL,
    PRIMARY KEY ("SiteKey", "Id"),
    FOREIGN KEY ("SiteKey", "PageId") REFERENCES "Cms"."Page" ON DELETE CASCADE
);
CREATE INDEX ON "Cms"."Asset" ("SiteKey", "PageId");
CREATE TABLE "Cms"."Locale" ("Code" text PRIMARY KEY);
INSERT INTO "Cms"."Site" VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO "Cms"."Page" ("SiteKey", "Id", "Slug", "Body", "Published") VALUES
    ('{A}', 'aaaaaaaa-0000-4000-8000-000000000001', 'home', 'of a', true),
    ('{B}', 'bbbbbbbb-0000-4000-8000-000000000001', 'home', 'of b', true),
    ('{B}', 'bbbbbbbb-0000-4000-8000-000000000002', 'plans', 'secret of b', false);
INSERT INTO "Cms"."Asset" ("SiteKey", "PageId", "Path") VALUES
    ('{A}', 'aaaaaaaa-0000-4000-8000-000000000001', 'a.png'), ('{B}', 'bbbbbbbb-0000-4000-8000-000000000001', 'b.png');
INSERT INTO "Cms"."Locale" VALUES ('nl');
ALTER TABLE "Cms"."Site" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "Cms"."Page" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "Cms"."Asset" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Site of request" ON "Cms"."Site" USING ("Key" = current_setting('cms.site', true));
CREATE POLICY "Site of request" ON "Cms"."Page" USING ("SiteKey" = current_setting('cms.site', true));
CREATE POLICY "Site of request" ON "Cms"."Asset" USING ("SiteKey" = current_setting('cms.site', true));
GRANT SELECT ON "Cms"."Site", "Cms"."Locale" TO {web};
GRANT SELECT, INSERT, UPDATE, DELETE ON "Cms"."Page", "Cms"."Asset" TO {web};
--- tenant
SELECT set_config('cms.site', '{tenant}', true);
--- own
SELECT FROM "Cms"."Page";
