-- A procedure of the billing run, definer, hands out what it counted.
-- object: "HelpDesk"."CloseTickets"(integer)
-- base: third_helpdesk
--- leak
RESET ROLE;
CREATE PROCEDURE "HelpDesk"."CloseTickets"(INOUT "Done" integer) LANGUAGE plpgsql SECURITY DEFINER SET search_path = "HelpDesk", pg_temp AS $$
BEGIN
    UPDATE "Ticket" SET "Priority" = 9 WHERE "Priority" < 3;
    GET DIAGNOSTICS "Done" = ROW_COUNT;
END $$;
--- twin
RESET ROLE;
CREATE PROCEDURE "HelpDesk"."CloseTickets"(INOUT "Done" integer) LANGUAGE plpgsql SECURITY INVOKER SET search_path = "HelpDesk", pg_temp AS $$
BEGIN
    UPDATE "Ticket" SET "Priority" = 9 WHERE "Priority" < 3;
    GET DIAGNOSTICS "Done" = ROW_COUNT;
END $$;
--- exploit
CALL "HelpDesk"."CloseTickets"(0);
--- proof
SELECT FROM "HelpDesk"."Ticket" WHERE "AccountKey" = 'south' AND "Priority" = 9;
