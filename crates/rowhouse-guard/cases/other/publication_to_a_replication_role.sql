-- A login of the service may replicate, and the publication holds every tenant's rows.
-- object: role:{app}
-- object: public.items
-- base: uuid
--- setup
CREATE PUBLICATION changes FOR TABLE items;
--- leak
RESET ROLE;
ALTER ROLE {app} REPLICATION;
--- exploit
SELECT pg_create_physical_replication_slot('{app}', true, true);
SELECT slot_name FROM pg_replication_slots WHERE slot_name = '{app}';
