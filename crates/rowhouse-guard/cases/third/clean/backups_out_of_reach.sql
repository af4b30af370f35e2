-- Dated copies in a schema that only the owner enters.
-- base: third_session
--- setup
RESET ROLE;
CREATE SCHEMA backups AUTHORIZATION {owner};
CREATE TABLE backups.contact_20240101 AS TABLE crm.contact;
CREATE TABLE backups.deal_20240101 AS TABLE crm.deal;
ALTER TABLE backups.contact_20240101 OWNER TO {owner};
GRANT SELECT ON backups.deal_20240101 TO {app};
--- exploit
SELECT worth FROM backups.deal_20240101;
