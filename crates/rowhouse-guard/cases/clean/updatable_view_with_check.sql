-- A definer view with a barrier, its own filter and a cascaded check, over another that runs as its caller.
-- base: content
--- setup
CREATE VIEW "Cms"."AnyPage" WITH (security_invoker) AS SELECT * FROM "Cms"."Page";
RESET ROLE;
CREATE VIEW "Cms"."Draft" WITH (security_barrier) AS
    SELECT "SiteKey", "Id", "Slug", "Body" FROM "Cms"."Page" WHERE "SiteKey" = current_setting('cms.site', true) AND NOT "Published" WITH CHECK OPTION;
GRANT SELECT ON "Cms"."AnyPage" TO {web};
GRANT SELECT, INSERT, UPDATE, DELETE ON "Cms"."Draft" TO {web};
--- exploit
INSERT INTO "Cms"."Draft" ("SiteKey", "Slug", "Body") VALUES ('{B}', 'x', 'x');
SELECT 1;
