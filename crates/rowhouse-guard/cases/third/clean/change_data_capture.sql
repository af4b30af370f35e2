-- A publication of all tables for the warehouse, whose login replicates; the app role does not.
-- base: third_hibernate
--- setup
RESET ROLE;
CREATE ROLE {debezium} LOGIN REPLICATION;
CREATE PUBLICATION dbz_publication FOR ALL TABLES;
GRANT USAGE ON SCHEMA shop_data TO {debezium};
GRANT SELECT ON ALL TABLES IN SCHEMA shop_data TO {debezium};
--- exploit
SELECT pg_create_physical_replication_slot('spy');
