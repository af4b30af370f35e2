-- IS NOT FALSE also lets through what is unknown, and without a tenant everything is.
-- object: "HelpDesk"."Reply"
-- base: third_helpdesk
-- tenant: none
--- leak
ALTER POLICY "ByAccount" ON "HelpDesk"."Reply" USING (("AccountKey" = "HelpDesk"."CurrentAccount"()) IS NOT FALSE);
--- twin
ALTER POLICY "ByAccount" ON "HelpDesk"."Reply" USING (("AccountKey" = "HelpDesk"."CurrentAccount"()) IS TRUE);
--- exploit
SELECT "Body" FROM "HelpDesk"."Reply" WHERE "AccountKey" = 'south';
