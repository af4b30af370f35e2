-- The same in mixed case.
-- object: public."User"
-- base: orm
--- leak
ALTER TABLE "User" DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT FROM "User" WHERE "organizationId" = '{B}';
