-- Names of accounts differ in case alone, which the key allows and the policy does not see.
-- object: "HelpDesk"."Reply"
-- base: third_helpdesk
-- a: north
-- b: North
--- leak
ALTER POLICY "ByAccount" ON "HelpDesk"."Reply" USING (lower("AccountKey") = lower("HelpDesk"."CurrentAccount"()));
--- exploit
SELECT "Body" FROM "HelpDesk"."Reply" WHERE "AccountKey" = 'North';
