-- A barrier keeps leaky functions out and changes nothing about whose rights count.
-- object: public."ProjectOverview"
-- base: orm
--- leak
RESET ROLE; CREATE VIEW "ProjectOverview" WITH (security_barrier = true) AS SELECT "id", "organizationId", "name" FROM "Project"; GRANT SELECT ON "ProjectOverview" TO {api};
--- twin
RESET ROLE; CREATE VIEW "ProjectOverview" WITH (security_barrier = true, security_invoker = true) AS SELECT "id", "organizationId", "name" FROM "Project"; GRANT SELECT ON "ProjectOverview" TO {api};
--- exploit
SELECT FROM "ProjectOverview" WHERE "organizationId" = '{B}';
