-- A rule on a view inserts with the rights of the view's owner, whatever tenant is named.
-- object: "Cms"."Inbox"
-- base: content
--- leak
RESET ROLE;
CREATE VIEW "Cms"."Inbox" WITH (security_barrier) AS SELECT "SiteKey", "Slug", "Body" FROM "Cms"."Page" WHERE "SiteKey" = current_setting('cms.site', true);
CREATE RULE put AS ON INSERT TO "Cms"."Inbox" DO INSTEAD
    INSERT INTO "Cms"."Page" ("SiteKey", "Slug", "Body") VALUES (NEW."SiteKey", NEW."Slug", NEW."Body");
GRANT SELECT, INSERT ON "Cms"."Inbox" TO {web};
--- twin
RESET ROLE;
CREATE VIEW "Cms"."Inbox" WITH (security_barrier) AS SELECT "SiteKey", "Slug", "Body" FROM "Cms"."Page" WHERE "SiteKey" = current_setting('cms.site', true);
CREATE RULE put AS ON INSERT TO "Cms"."Inbox" DO INSTEAD
    INSERT INTO "Cms"."Page" ("SiteKey", "Slug", "Body") VALUES (current_setting('cms.site', true)::"Cms"."SiteKey", NEW."Slug", NEW."Body");
GRANT SELECT, INSERT ON "Cms"."Inbox" TO {web};
--- exploit
INSERT INTO "Cms"."Inbox" VALUES ('{B}', 'planted', 'x');
SELECT 1;
--- proof
SELECT FROM "Cms"."Page" WHERE "SiteKey" = '{B}' AND "Slug" = 'planted';
