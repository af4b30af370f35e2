-- The service sees the tables through views only; the office has functions of its own.
-- base: third_facade
--- setup
RESET ROLE;
CREATE ROLE {backdesk} LOGIN;
CREATE FUNCTION facade.all_wallets() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = core, pg_temp
    AS $$ SELECT count(*) FROM core.wallet $$;
REVOKE EXECUTE ON FUNCTION facade.all_wallets() FROM PUBLIC;
GRANT USAGE ON SCHEMA facade TO {backdesk};
GRANT EXECUTE ON FUNCTION facade.all_wallets() TO {backdesk};
--- exploit
SELECT facade.all_wallets();
