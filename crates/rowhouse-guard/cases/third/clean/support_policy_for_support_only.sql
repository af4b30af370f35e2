-- Support reads everything by a policy of its own and a login of its own.
-- base: third_helpdesk
--- setup
RESET ROLE;
CREATE ROLE {support} LOGIN;
GRANT USAGE ON SCHEMA "HelpDesk" TO {support};
GRANT SELECT ON ALL TABLES IN SCHEMA "HelpDesk" TO {support};
CREATE POLICY "SupportReadsAll" ON "HelpDesk"."Ticket" FOR SELECT TO {support} USING (true);
CREATE POLICY "SupportReadsAll" ON "HelpDesk"."Reply" FOR SELECT TO {support} USING (true);
--- exploit
SELECT "Subject" FROM "HelpDesk"."Ticket" WHERE "AccountKey" = 'south';
