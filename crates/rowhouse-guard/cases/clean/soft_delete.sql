-- A restrictive policy hides what was deleted, whoever's it was.
-- base: mixed-case
--- setup
ALTER TABLE "Items" ADD COLUMN "DeletedAt" timestamptz;
CREATE POLICY "NotDeleted" ON "Items" AS RESTRICTIVE FOR SELECT USING ("DeletedAt" IS NULL);
--- exploit
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
