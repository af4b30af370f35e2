-- A view of the owner's over forced tables is bound by the owner's own policy.
-- base: orm
--- setup
CREATE VIEW "ActiveProject" AS SELECT * FROM "Project" WHERE NOT "isPublic"; GRANT SELECT ON "ActiveProject" TO {api};
--- exploit
SELECT FROM "ActiveProject" WHERE "organizationId" = '{B}';
