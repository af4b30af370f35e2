-- A connector replicates, reads the tables for its first copy, and writes its heartbeat.
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {kafka} LOGIN REPLICATION;
CREATE TABLE heartbeat (id integer PRIMARY KEY, at timestamptz NOT NULL);
CREATE PUBLICATION changes FOR ALL TABLES;
GRANT SELECT ON organizations, orders, order_lines TO {kafka};
GRANT SELECT, INSERT, UPDATE ON heartbeat TO {kafka};
--- exploit
SELECT at FROM heartbeat;
