-- Meant as a floor beneath the others and created permissive.
-- object: public."Document"
-- base: orm
--- leak
CREATE POLICY "not_empty" ON "Document" USING ("content" IS NOT NULL);
--- twin
CREATE POLICY "not_empty" ON "Document" AS RESTRICTIVE USING ("content" IS NOT NULL);
--- exploit
SELECT FROM "Document" WHERE "organizationId" = '{B}';
