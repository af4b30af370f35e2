-- The table in which a migration tool keeps its versions, out of the app role's reach, and one it may read.
-- base: mixed-case
--- setup
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL);
CREATE TABLE schema_migrations (version bigint PRIMARY KEY);
INSERT INTO schema_migrations VALUES (20250101000000);
GRANT SELECT ON schema_migrations TO {app};
--- exploit
SELECT "Id" FROM "Items" WHERE "tenantId" = '{B}';
