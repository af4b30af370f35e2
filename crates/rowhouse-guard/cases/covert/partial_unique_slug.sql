-- A slug is unique among all tenants' published pages.
-- object: "Cms"."Page"
-- base: content
--- leak
ALTER TABLE "Cms"."Page" NO FORCE ROW LEVEL SECURITY;
UPDATE "Cms"."Page" SET "Slug" = "SiteKey" || '-' || "Slug";
ALTER TABLE "Cms"."Page" FORCE ROW LEVEL SECURITY;
CREATE UNIQUE INDEX live_slugs ON "Cms"."Page" (lower("Slug")) WHERE "Published";
--- twin
ALTER TABLE "Cms"."Page" NO FORCE ROW LEVEL SECURITY;
UPDATE "Cms"."Page" SET "Slug" = "SiteKey" || '-' || "Slug";
ALTER TABLE "Cms"."Page" FORCE ROW LEVEL SECURITY;
CREATE UNIQUE INDEX live_slugs ON "Cms"."Page" ("SiteKey", lower("Slug")) WHERE "Published";
--- exploit
DO $$ BEGIN
    INSERT INTO "Cms"."Page" ("SiteKey", "Slug", "Published") VALUES ('{A}', 'Green-home', true);
EXCEPTION WHEN unique_violation THEN PERFORM set_config('spy.hit', 'yes', true); END $$;
SELECT 1 WHERE current_setting('spy.hit', true) = 'yes';
