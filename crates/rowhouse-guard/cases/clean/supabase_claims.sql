-- Supabase: the tenant from app_metadata, which only the server writes, and a profile of each user's own.
-- base: jwt
--- setup
CREATE TABLE profiles (
    user_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    display_name text
);
CREATE INDEX ON profiles (tenant_id);
INSERT INTO profiles VALUES ('99999999-9999-4999-8999-999999999999', '{A}', 'ann'), (gen_random_uuid(), '{B}', 'bob');
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY "colleagues" ON profiles FOR SELECT TO {authenticated}
    USING (tenant_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
CREATE POLICY "own profile" ON profiles FOR UPDATE TO {authenticated}
    USING (user_id = (SELECT auth.uid()) AND tenant_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
GRANT SELECT, UPDATE (display_name) ON profiles TO {authenticated};
--- exploit
SELECT user_id FROM profiles WHERE tenant_id = '{B}';
