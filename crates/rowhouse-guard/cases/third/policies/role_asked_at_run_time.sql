-- The policy asks whether the user belongs to the staff, and the app role does, through its group.
-- object: "HelpDesk"."Agent"
-- object: role:{desk}
-- base: third_helpdesk
--- setup
RESET ROLE;
CREATE ROLE {staff} NOLOGIN;
--- leak
RESET ROLE;
GRANT {staff} TO {agents};
ALTER POLICY "ByAccount" ON "HelpDesk"."Agent"
    USING ("AccountKey" = "HelpDesk"."CurrentAccount"() OR pg_has_role(current_user, '{staff}', 'USAGE'));
--- exploit
SELECT "Login" FROM "HelpDesk"."Agent" WHERE "AccountKey" = 'south';
