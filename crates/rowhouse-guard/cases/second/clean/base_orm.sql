-- A Prisma schema.
-- base: orm
--- exploit
SELECT FROM "Document" WHERE "organizationId" = '{B}';
