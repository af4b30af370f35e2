-- Tables without row security that the service was never given.
-- base: wiki
--- setup
RESET ROLE; CREATE TABLE migrations (id serial PRIMARY KEY, name text); CREATE TABLE documents_backup AS SELECT * FROM documents;
CREATE SCHEMA etl; CREATE TABLE etl.workspaces_raw (workspace_id uuid, line text);
--- exploit
SELECT FROM documents_backup;
