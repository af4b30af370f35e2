-- A unique constraint that waits for the commit, over tokens of all accounts.
-- object: "HelpDesk"."InviteCode"
-- base: third_helpdesk
-- refused: 0A000
--- setup
CREATE TABLE "HelpDesk"."InviteCode" ("AccountKey" text NOT NULL REFERENCES "HelpDesk"."Account", "Code" text NOT NULL, "SentTo" text);
INSERT INTO "HelpDesk"."InviteCode" VALUES ('{A}', 'alpha', 'ann'), ('{B}', 'beta', 'bob');
ALTER TABLE "HelpDesk"."InviteCode" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "HelpDesk"."InviteCode" FORCE ROW LEVEL SECURITY;
CREATE POLICY "ByAccount" ON "HelpDesk"."InviteCode" TO {agents} USING ("AccountKey" = "HelpDesk"."CurrentAccount"());
GRANT SELECT, INSERT ON "HelpDesk"."InviteCode" TO {agents};
--- leak
ALTER TABLE "HelpDesk"."InviteCode" ADD UNIQUE ("Code") DEFERRABLE INITIALLY DEFERRED;
--- twin
ALTER TABLE "HelpDesk"."InviteCode" ADD UNIQUE ("AccountKey", "Code") DEFERRABLE INITIALLY DEFERRED;
--- exploit
DO $$ BEGIN
    INSERT INTO "HelpDesk"."InviteCode" VALUES ('north', 'beta');
    SET CONSTRAINTS ALL IMMEDIATE;
EXCEPTION WHEN unique_violation THEN
    PERFORM set_config('peek.taken', 'yes', true);
END $$;
SELECT 1 WHERE current_setting('peek.taken', true) = 'yes';
