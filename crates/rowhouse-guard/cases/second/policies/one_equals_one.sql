-- The same written with a constant comparison.
-- object: public."Document"
-- base: orm
--- leak
ALTER POLICY "tenant_isolation_policy" ON "Document" USING (1 = 1 AND "organizationId" IS NOT NULL);
--- exploit
SELECT FROM "Document" WHERE "organizationId" = '{B}';
