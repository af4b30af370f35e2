-- As Supabase recommends: the organizations of the user come from a private definer function over memberships nobody may write.
-- base: third_members
--- setup
RESET ROLE;
GRANT USAGE ON SCHEMA private TO {authenticated};
SET ROLE {owner};
CREATE TABLE private.membership (user_id uuid NOT NULL, org_id uuid NOT NULL REFERENCES orgs ON DELETE CASCADE, role text NOT NULL DEFAULT 'member', PRIMARY KEY (user_id, org_id));
INSERT INTO private.membership VALUES ('aaaaaaaa-0000-4000-8000-00000000000a', '{A}', 'owner'), ('bbbbbbbb-0000-4000-8000-00000000000b', '{B}', 'owner');
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (auth.jwt() ->> 'sub')::uuid $$;
CREATE FUNCTION private.my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
    AS $$ SELECT m.org_id FROM private.membership m WHERE m.user_id = auth.uid() $$;
CREATE TABLE board (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, title text NOT NULL);
CREATE INDEX ON board (org_id);
INSERT INTO board (org_id, title) VALUES ('{A}', 'of a'), ('{B}', 'secret of b');
ALTER TABLE board ENABLE ROW LEVEL SECURITY;
ALTER TABLE board FORCE ROW LEVEL SECURITY;
CREATE POLICY "Member boards" ON board TO {authenticated} USING (org_id IN (SELECT private.my_orgs())) WITH CHECK (org_id IN (SELECT private.my_orgs()));
GRANT SELECT, INSERT, UPDATE, DELETE ON board TO {authenticated};
--- tenant
SET LOCAL ROLE {authenticated};
SELECT set_config('request.jwt.claims', '{"sub":"aaaaaaaa-0000-4000-8000-00000000000a","app_metadata":{"org_id":"{tenant}"}}', true);
--- own
SELECT FROM board;
--- exploit
SELECT title FROM board WHERE title = 'secret of b';
