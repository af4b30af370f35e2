-- Functions that set other things for the session, or the tenant for the transaction from an argument.
-- base: integer
--- setup
CREATE FUNCTION use_org(org integer) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN PERFORM set_config('myapp.org', org::text, true); END $$;
CREATE FUNCTION use_locale(locale text) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN PERFORM set_config('myapp.locale', locale, false); END $$;
--- exploit
SELECT id FROM orders WHERE org_id = {B};
