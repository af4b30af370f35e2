-- A default of the setting on a role without login takes effect for nobody, however many logins inherit from it.
-- base: third_helpdesk
--- setup
RESET ROLE;
CREATE ROLE {nightly} LOGIN;
GRANT USAGE ON SCHEMA "HelpDesk" TO {nightly};
ALTER ROLE {nightly} SET work_mem = '64MB';
ALTER ROLE {agents} SET helpdesk.account = 'south';
COMMENT ON ROLE {agents} IS 'No login: what is set on it takes effect for nobody';
--- exploit
SELECT "Subject" FROM "HelpDesk"."Ticket" WHERE "AccountKey" = 'south';
