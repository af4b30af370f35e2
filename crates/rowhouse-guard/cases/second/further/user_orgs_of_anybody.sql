-- The look-up of one's organizations forgets whose.
-- object: private.user_orgs()
-- object: public.notes
-- base: supa
--- setup
CREATE TABLE private.members (user_id uuid, org_id uuid REFERENCES public.orgs, PRIMARY KEY (user_id, org_id)); INSERT INTO private.members VALUES ('99999999-9999-4999-8999-999999999999', '{A}'), ('88888888-9999-4999-8999-999999999999', '{B}');
CREATE TABLE public.notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES public.orgs, body text); INSERT INTO notes (org_id, body) VALUES ('{A}', 'a'), ('{B}', 'b');
GRANT USAGE ON SCHEMA private TO {authenticated}; GRANT SELECT ON notes TO {authenticated};
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
--- leak
CREATE FUNCTION private.user_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT org_id FROM private.members $$;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY m ON notes TO {authenticated} USING (org_id IN (SELECT private.user_orgs()));
--- twin
CREATE FUNCTION private.user_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT org_id FROM private.members WHERE user_id = auth.uid() $$;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY m ON notes TO {authenticated} USING (org_id IN (SELECT private.user_orgs()));
--- exploit
SELECT FROM notes WHERE org_id = '{B}';
