-- A publication for the warehouse, whose subscriber is a role of its own.
-- base: partitioned
--- setup
RESET ROLE;
CREATE ROLE {warehouse} LOGIN REPLICATION BYPASSRLS;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {warehouse};
CREATE PUBLICATION warehouse FOR TABLE events, devices WITH (publish_via_partition_root = true);
--- exploit
SELECT id FROM events WHERE tenant_id = '{B}';
