-- An operator for the search box; behind it stands a definer function that looks the tag up among everybody's.
-- object: "HelpDesk"."HasTopic"(text, text)
-- object: "HelpDesk"."HasTopic"(text,text)
-- base: third_helpdesk
--- setup
RESET ROLE;
CREATE FUNCTION "HelpDesk"."HasTopic"(text, text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = "HelpDesk", pg_temp
    AS $$ SELECT EXISTS (SELECT FROM "Ticket" WHERE "AccountKey" = $1 AND "Subject" LIKE $2) $$;
CREATE OPERATOR "HelpDesk".~~? (LEFTARG = text, RIGHTARG = text, FUNCTION = "HelpDesk"."HasTopic");
--- leak
--- twin
RESET ROLE;
ALTER FUNCTION "HelpDesk"."HasTopic"(text, text) SECURITY INVOKER;
--- exploit
SELECT 1 WHERE 'south' OPERATOR("HelpDesk".~~?) 'secret%';
