-- The policy for visitors is wide, and the login may SET ROLE to the visitors'.
-- object: public.todos
-- base: empty
--- setup
RESET ROLE;
CREATE ROLE {anon} NOLOGIN;
CREATE ROLE {member} NOLOGIN;
ALTER ROLE {app} NOINHERIT;
GRANT {anon}, {member} TO {app};
SET ROLE {owner};
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE todos (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, task text);
CREATE INDEX ON todos (tenant_id);
INSERT INTO tenants VALUES ('{A}'), ('{B}');
INSERT INTO todos (tenant_id) VALUES ('{A}'), ('{B}');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE todos ENABLE ROW LEVEL SECURITY;
ALTER TABLE todos FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON todos TO {member}
    USING (tenant_id = (NULLIF(current_setting('request.jwt.claims', true), '')::json ->> 'tenant_id')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON todos TO {member};
GRANT SELECT ON todos TO {anon};
--- leak
CREATE POLICY visitors ON todos FOR SELECT TO {anon} USING (true);
--- twin
CREATE POLICY visitors ON todos FOR SELECT TO {anon} USING (false);
--- tenant
SET LOCAL ROLE {member};
SELECT set_config('request.jwt.claims', json_build_object('tenant_id', '{tenant}')::text, true);
--- own
SELECT FROM todos;
--- exploit
SET LOCAL ROLE {anon};
SELECT id FROM todos WHERE tenant_id = '{B}';
