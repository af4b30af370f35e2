-- Support staff read all; the app role was put into their group to reuse a grant.
-- object: "HelpDesk"."Ticket"
-- object: role:{desk}
-- base: third_helpdesk
--- setup
RESET ROLE;
CREATE ROLE {support} NOLOGIN;
CREATE POLICY "SupportReads" ON "HelpDesk"."Ticket" FOR SELECT TO {support} USING (true);
GRANT SELECT ON "HelpDesk"."Ticket" TO {support};
GRANT USAGE ON SCHEMA "HelpDesk" TO {support};
--- leak
RESET ROLE;
GRANT {support} TO {agents};
--- exploit
SELECT "Subject" FROM "HelpDesk"."Ticket" WHERE "AccountKey" = 'south';
