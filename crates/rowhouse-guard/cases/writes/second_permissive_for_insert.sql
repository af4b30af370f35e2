-- A second policy for INSERT, for imports, is open.
-- object: public."Items"
-- base: mixed-case
--- leak
CREATE POLICY "Import" ON "Items" FOR INSERT WITH CHECK ("Title" LIKE 'import%');
--- twin
CREATE POLICY "Import" ON "Items" AS RESTRICTIVE FOR INSERT WITH CHECK ("Title" NOT LIKE 'import%');
--- exploit
INSERT INTO "Items" ("tenantId", "Title") VALUES ('{B}', 'import: planted');
--- proof
SELECT FROM "Items" WHERE "tenantId" = '{B}' AND "Title" LIKE 'import%';
