-- PostgREST with an authenticator that inherits nothing and becomes authenticated or anon for each request.
-- a: 0a0a0a0a-0000-4000-8000-000000000000
-- b: 0b0b0b0b-0000-4000-8000-000000000000
-- login: authenticator
--- setup
RESET ROLE;
ALTER ROLE {authenticator} NOINHERIT;
CREATE ROLE {anon} NOLOGIN;
CREATE ROLE {authenticated} NOLOGIN;
CREATE ROLE {service_role} NOLOGIN BYPASSRLS;
GRANT {anon}, {authenticated} TO {authenticator};
SET ROLE {owner};
CREATE SCHEMA auth;
CREATE SCHEMA private;
GRANT USAGE ON SCHEMA auth TO {anon}, {authenticated}, {service_role};
GRANT USAGE ON SCHEMA public TO {anon}, {authenticated}, {service_role};
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
    AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE FUNCTION auth.org_id() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'org_id')::uuid $$;
CREATE TABLE public.orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE public.boards (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL DEFAULT auth.org_id() REFERENCES public.orgs,
    title text NOT NULL,
    created_at timestamptz DEFAULT now(),
    UNIQUE (org_id, id)
);
CREATE TABLE public.cards (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL DEFAULT auth.org_id() REFERENCES public.orgs,
    board_id uuid NOT NULL,
    body text,
    FOREIGN KEY (org_id, board_id) REFERENCES public.boards (org_id, id) ON DELETE CASCADE
);
INSERT INTO orgs VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO boards (id, org_id, title) VALUES ('aaaaaaaa-0000-4000-8000-000000000001', '{A}', 'a'), ('bbbbbbbb-0000-4000-8000-000000000001', '{B}', 'b');
INSERT INTO cards (org_id, board_id, body) VALUES ('{A}', 'aaaaaaaa-0000-4000-8000-000000000001', 'of a'), ('{B}', 'bbbbbbbb-0000-4000-8000-000000000001', 'of b');
ALTER TABLE orgs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE boards ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cards ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Members see their org" ON orgs FOR SELECT TO {authenticated} USING (id = (SELECT auth.org_id()));
CREATE POLICY "Members read boards" ON boards FOR SELECT TO {authenticated} USING (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members add boards" ON boards FOR INSERT TO {authenticated} WITH CHECK (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members change boards" ON boards FOR UPDATE TO {authenticated} USING (org_id = (SELECT auth.org_id())) WITH CHECK (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members remove boards" ON boards FOR DELETE TO {authenticated} USING (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members use cards" ON cards FOR ALL TO {authenticated} USING (org_id = (SELECT auth.org_id())) WITH CHECK (org_id = (SELECT auth.org_id()));
GRANT SELECT ON orgs TO {authenticated};
GRANT SELECT, INSERT, UPDATE, DELETE ON boards, cards TO {authenticated};
GRANT ALL ON ALL TABLES IN SCHEMA public TO {service_role};
--- tenant
SET LOCAL ROLE {authenticated};
SELECT set_config('request.jwt.claims', '{"role": "authenticated", "sub": "99999999-9999-4999-8999-999999999999", "app_metadata": {"org_id": "{tenant}"}, "user_metadata": {"org_id": "{B}"}}', true);
--- own
SELECT FROM boards;
