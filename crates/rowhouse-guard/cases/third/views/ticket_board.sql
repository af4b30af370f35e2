-- A board over tickets, made by the administrator in the designer, with quoted names.
-- object: "HelpDesk"."vTicketBoard"
-- base: third_helpdesk
--- leak
RESET ROLE;
CREATE VIEW "HelpDesk"."vTicketBoard" AS
    SELECT t."AccountKey", t."Subject", count(r.*) AS "Replies" FROM "HelpDesk"."Ticket" t LEFT JOIN "HelpDesk"."Reply" r
        USING ("AccountKey", "TicketId") GROUP BY 1, 2;
GRANT SELECT ON "HelpDesk"."vTicketBoard" TO {agents};
--- twin
RESET ROLE;
CREATE VIEW "HelpDesk"."vTicketBoard" WITH (security_invoker) AS
    SELECT t."AccountKey", t."Subject", count(r.*) AS "Replies" FROM "HelpDesk"."Ticket" t LEFT JOIN "HelpDesk"."Reply" r
        USING ("AccountKey", "TicketId") GROUP BY 1, 2;
GRANT SELECT ON "HelpDesk"."vTicketBoard" TO {agents};
--- exploit
SELECT "Subject" FROM "HelpDesk"."vTicketBoard" WHERE "AccountKey" = 'south';
