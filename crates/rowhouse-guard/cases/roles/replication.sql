-- Logical decoding reads what every tenant writes.
-- object: role:{app}
-- base: uuid
--- leak
RESET ROLE;
ALTER ROLE {app} REPLICATION;
--- exploit
SELECT pg_create_physical_replication_slot('{app}', true, true);
SELECT slot_name FROM pg_replication_slots WHERE slot_name = '{app}';
