-- Two logins, and it is the service itself that replicates.
-- object: role:{app}
-- base: integer
--- setup
RESET ROLE;
CREATE ROLE {viewer} LOGIN;
GRANT SELECT ON organizations, orders TO {viewer};
CREATE POLICY viewer ON orders FOR SELECT TO {viewer} USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- leak
RESET ROLE;
ALTER ROLE {app} REPLICATION;
--- twin
SELECT 1;
--- exploit
SELECT pg_create_physical_replication_slot('{app}', true, true);
SELECT slot_name FROM pg_replication_slots WHERE slot_name = '{app}';
