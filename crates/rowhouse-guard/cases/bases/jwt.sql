-- PostgREST and Supabase: claims of a token in one setting, policies for a group the login inherits.
-- a: 11111111-1111-4111-8111-111111111111
-- b: 22222222-2222-4222-8222-222222222222
--- setup
RESET ROLE;
CREATE ROLE {authenticated} NOLOGIN;
GRANT {authenticated} TO {app};
SET ROLE {owner};
CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO {authenticated};
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('request.jwt.claims', true), '')::jsonb $$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT (NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE projects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL,
    created_by uuid,
    UNIQUE (tenant_id, id)
);
CREATE TABLE tasks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants,
    project_id uuid NOT NULL,
    title text NOT NULL,
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ON tasks (tenant_id, project_id);
CREATE TABLE plans (code text PRIMARY KEY, price integer NOT NULL);

INSERT INTO tenants VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO projects (id, tenant_id, name) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', '{A}', 'anvils'),
    ('bbbbbbbb-0000-4000-8000-000000000001', '{B}', 'bolts');
INSERT INTO tasks (tenant_id, project_id, title) VALUES
    ('{A}', 'aaaaaaaa-0000-4000-8000-000000000001', 'of a'),
    ('{B}', 'bbbbbbbb-0000-4000-8000-000000000001', 'of b');
INSERT INTO plans VALUES ('free', 0), ('paid', 10);

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own tenant" ON tenants FOR SELECT TO {authenticated}
    USING (id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
CREATE POLICY "own projects" ON projects TO {authenticated}
    USING (tenant_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
CREATE POLICY "own tasks" ON tasks TO {authenticated}
    USING (tenant_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid)
    WITH CHECK (tenant_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
CREATE POLICY "everybody reads plans" ON plans FOR SELECT USING (true);

GRANT SELECT ON tenants, plans TO {authenticated};
GRANT SELECT, INSERT, UPDATE, DELETE ON projects, tasks TO {authenticated};
--- tenant
SELECT set_config('request.jwt.claims', json_build_object(
    'sub', '99999999-9999-4999-8999-999999999999',
    'role', 'authenticated',
    'app_metadata', json_build_object('tenant_id', '{tenant}'),
    'user_metadata', json_build_object('name', 'somebody', 'tenant_id', '{B}')
)::text, true);
--- own
SELECT FROM projects;
