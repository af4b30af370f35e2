-- What stands after the dash is cut off the row's key before it is compared.
-- object: "Cms"."Asset"
-- base: content
-- a: blue
-- b: blue-eu
--- leak
DROP POLICY "Site of request" ON "Cms"."Asset";
CREATE POLICY "Site of request" ON "Cms"."Asset" USING (regexp_replace("SiteKey", '-.*$', '') = current_setting('cms.site', true));
--- exploit
SELECT "Path" FROM "Cms"."Asset" WHERE "SiteKey" = '{B}';
