-- Inside the tenant there are public and assigned tickets; the OR stands in parentheses.
-- base: third_helpdesk
--- setup
ALTER POLICY "ByAccount" ON "HelpDesk"."Ticket" USING (
    ("IsPublic" OR "AssignedTo" IS NULL OR "Priority" > 2) AND "AccountKey" = "HelpDesk"."CurrentAccount"());
--- exploit
SELECT "Subject" FROM "HelpDesk"."Ticket" WHERE "AccountKey" = 'south';
