-- The default stands on the role in this database.
-- object: role:{ingest}
-- object: database:{db}
-- base: metrics
-- refused: 42704
-- tenant: none
--- leak
RESET ROLE; ALTER ROLE {ingest} IN DATABASE {db} SET telemetry.account = '8';
--- exploit
SELECT FROM telemetry.readings WHERE account_id = 8;
