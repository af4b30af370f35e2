-- The floor names the role for background work; the web role stands on the open permissive policy.
-- object: public.announcements
-- base: third_rails
--- setup
CREATE TABLE announcements (id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts, message text NOT NULL);
CREATE INDEX ON announcements (account_id);
INSERT INTO announcements (account_id, message) VALUES (101, 'of a'), (202, 'secret of b');
ALTER TABLE announcements ENABLE ROW LEVEL SECURITY;
ALTER TABLE announcements FORCE ROW LEVEL SECURITY;
CREATE POLICY read_all ON announcements FOR SELECT USING (true);
GRANT SELECT ON announcements TO {web}, {sidekiq_admin};
--- leak
CREATE POLICY floor ON announcements AS RESTRICTIVE TO {sidekiq_admin}
    USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
--- twin
CREATE POLICY floor ON announcements AS RESTRICTIVE TO {web}
    USING (account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
--- exploit
SELECT message FROM announcements WHERE account_id = 202;
