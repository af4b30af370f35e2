-- A pattern made of the setting, with no end: the tenant blue sees blueprint.
-- object: "Cms"."Page"
-- base: content
-- a: blue
-- b: blueprint
--- leak
DROP POLICY "Site of request" ON "Cms"."Page";
CREATE POLICY "Site of request" ON "Cms"."Page" USING ("SiteKey" ~ ('^' || current_setting('cms.site', true)));
--- exploit
SELECT "Body" FROM "Cms"."Page" WHERE "SiteKey" = '{B}';
