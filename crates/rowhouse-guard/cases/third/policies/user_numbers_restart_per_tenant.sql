-- The policy of private drafts compares the user's number, and every account counts its users from 1.
-- object: public.drafts
-- base: third_rails
--- setup
CREATE TABLE drafts (
    id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts, author_no integer NOT NULL, body text NOT NULL
);
CREATE INDEX ON drafts (account_id, author_no);
INSERT INTO drafts (account_id, author_no, body) VALUES (101, 1, 'of a'), (202, 1, 'secret of b');
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE drafts FORCE ROW LEVEL SECURITY;
GRANT SELECT ON drafts TO {web};
--- leak
CREATE POLICY drafts_mine ON drafts FOR SELECT TO {web}
    USING (author_no = NULLIF(current_setting('rls.user_no', true), '')::integer);
--- twin
CREATE POLICY drafts_mine ON drafts FOR SELECT TO {web}
    USING (author_no = NULLIF(current_setting('rls.user_no', true), '')::integer
       AND account_id = NULLIF(current_setting('rls.account_id', true), '')::bigint);
--- exploit
SELECT set_config('rls.user_no', '1', true);
SELECT body FROM drafts WHERE account_id = 202;
