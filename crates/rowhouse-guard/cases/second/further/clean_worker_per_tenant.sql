-- A background worker with its own login and the same policies.
-- base: wiki
--- setup
RESET ROLE; CREATE ROLE {worker} LOGIN; GRANT SELECT, UPDATE ON documents, blocks TO {worker}; GRANT SELECT ON workspaces TO {worker};
--- exploit
SELECT FROM documents WHERE workspace_id = '{B}';
