-- Four permissive policies that say only who works with what, and one floor for all commands that says whose it is.
-- base: third_rails
--- setup
CREATE TABLE grades (id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts, points integer NOT NULL, locked boolean NOT NULL DEFAULT false);
CREATE INDEX ON grades (account_id);
INSERT INTO grades (account_id, points) VALUES (101, 1), (202, 2);
ALTER TABLE grades ENABLE ROW LEVEL SECURITY;
ALTER TABLE grades FORCE ROW LEVEL SECURITY;
CREATE POLICY r ON grades FOR SELECT TO {web} USING (true);
CREATE POLICY a ON grades FOR INSERT TO {web} WITH CHECK (points >= 0);
CREATE POLICY u ON grades FOR UPDATE TO {web} USING (NOT locked) WITH CHECK (true);
CREATE POLICY d ON grades FOR DELETE TO {web} USING (NOT locked);
CREATE POLICY tenant_floor ON grades AS RESTRICTIVE USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE, DELETE ON grades TO {web};
--- exploit
UPDATE grades SET account_id = 202;
