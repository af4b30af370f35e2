-- Tenants by membership, as PostgREST and Supabase projects do: auth.uid() from the claims, roles switched per request.
-- a: 00000000-aaaa-4000-8000-000000000001
-- b: 00000000-bbbb-4000-8000-000000000002
-- login: authenticator
--- setup
RESET ROLE;
CREATE ROLE {anon} NOLOGIN;
CREATE ROLE {authenticated} NOLOGIN;
CREATE ROLE {service_role} NOLOGIN BYPASSRLS;
ALTER ROLE {authenticator} NOINHERIT;
GRANT {anon}, {authenticated} TO {authenticator};
CREATE SCHEMA auth AUTHORIZATION {owner};
CREATE SCHEMA private AUTHORIZATION {owner};
SET ROLE {owner};
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
    AS $$ SELECT COALESCE(NULLIF(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
CREATE FUNCTION auth.org_id() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid $$;
CREATE TABLE public.orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, tier text NOT NULL DEFAULT 'free');
CREATE TABLE public.profiles (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES public.orgs ON DELETE CASCADE,
    nickname text NOT NULL
);
CREATE TABLE public.notes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL DEFAULT auth.org_id() REFERENCES public.orgs ON DELETE CASCADE,
    body text NOT NULL,
    archived boolean NOT NULL DEFAULT false,
    inserted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notes_org_idx ON public.notes (org_id);
CREATE INDEX profiles_org_idx ON public.profiles (org_id);
CREATE TABLE public.plans (tier text PRIMARY KEY, seats integer NOT NULL);
INSERT INTO orgs (id, name) VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO profiles (org_id, nickname) VALUES ('{A}', 'ann'), ('{B}', 'bob');
INSERT INTO notes (id, org_id, body) VALUES
    ('00000000-aaaa-4000-8000-0000000000a1', '{A}', 'of a'), ('00000000-bbbb-4000-8000-0000000000b1', '{B}', 'secret of b');
INSERT INTO plans VALUES ('free', 3), ('pro', 30);
ALTER TABLE orgs ENABLE ROW LEVEL SECURITY;
ALTER TABLE orgs FORCE ROW LEVEL SECURITY;
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY "Members read their org" ON orgs FOR SELECT TO {authenticated} USING (id = (SELECT auth.org_id()));
CREATE POLICY "Members read profiles" ON profiles FOR SELECT TO {authenticated} USING (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members read notes" ON notes FOR SELECT TO {authenticated} USING (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members add notes" ON notes FOR INSERT TO {authenticated} WITH CHECK (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members edit notes" ON notes FOR UPDATE TO {authenticated}
    USING (org_id = (SELECT auth.org_id())) WITH CHECK (org_id = (SELECT auth.org_id()));
CREATE POLICY "Members delete notes" ON notes FOR DELETE TO {authenticated} USING (org_id = (SELECT auth.org_id()));
GRANT USAGE ON SCHEMA auth TO {anon}, {authenticated}, {service_role};
GRANT SELECT ON orgs, profiles, plans TO {authenticated};
GRANT SELECT ON plans TO {anon};
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO {authenticated};
GRANT ALL ON ALL TABLES IN SCHEMA public TO {service_role};
--- tenant
SET LOCAL ROLE {authenticated};
SELECT set_config('request.jwt.claims', '{"role":"authenticated","app_metadata":{"org_id":"{tenant}"}}', true);
--- own
SELECT FROM notes;
