-- An unlogged staging table for imports.
-- object: app.import_staging
-- base: hasura
--- setup
CREATE UNLOGGED TABLE app.import_staging (organization_id integer, line jsonb); INSERT INTO app.import_staging VALUES (6, '{}');
--- leak
GRANT SELECT, INSERT, DELETE ON app.import_staging TO {app_user};
--- exploit
SELECT FROM app.import_staging WHERE organization_id = 6;
