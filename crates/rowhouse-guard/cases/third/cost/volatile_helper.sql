-- The helper was left VOLATILE, so it is asked for every row and no index can serve.
-- object: "HelpDesk"."CurrentAccount"()
-- object: "HelpDesk"."Ticket"
-- level: note
-- base: third_helpdesk
--- leak
ALTER FUNCTION "HelpDesk"."CurrentAccount"() VOLATILE;
