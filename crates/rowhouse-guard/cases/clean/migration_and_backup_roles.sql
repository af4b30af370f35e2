-- Roles above row security that the app role cannot become: migrations, backups, a worker for all tenants.
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {migrator} LOGIN IN ROLE {owner};
CREATE ROLE {backup} LOGIN BYPASSRLS IN ROLE pg_read_all_data;
CREATE ROLE {worker} LOGIN BYPASSRLS;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {worker};
CREATE ROLE {replicator} LOGIN REPLICATION;
CREATE ROLE {monitor} LOGIN IN ROLE pg_monitor;
GRANT ALL ON ALL TABLES IN SCHEMA public TO {migrator} WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT ON TABLES TO {backup};
--- exploit
SELECT id FROM orders WHERE org_id = {B};
