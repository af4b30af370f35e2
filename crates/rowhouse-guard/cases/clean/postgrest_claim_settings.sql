-- PostgREST of older versions: each claim a setting of its own; the login switches to the role of the token.
-- base: empty
--- setup
RESET ROLE;
CREATE ROLE {web_user} NOLOGIN;
CREATE ROLE {web_anon} NOLOGIN;
GRANT {web_user}, {web_anon} TO {app};
ALTER ROLE {app} NOINHERIT;
SET ROLE {owner};
CREATE SCHEMA api;
GRANT USAGE ON SCHEMA api TO {web_user}, {web_anon};
CREATE TABLE api.organizations (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE api.todos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES api.organizations,
    task text NOT NULL,
    done boolean NOT NULL DEFAULT false
);
CREATE INDEX ON api.todos (organization_id);
INSERT INTO api.organizations VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO api.todos (organization_id, task) VALUES ('{A}', 'of a'), ('{B}', 'of b');
ALTER TABLE api.organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE api.organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE api.todos ENABLE ROW LEVEL SECURITY;
ALTER TABLE api.todos FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON api.organizations FOR SELECT TO {web_user}
    USING (id = NULLIF(current_setting('request.jwt.claim.organization_id', true), '')::uuid);
CREATE POLICY own ON api.todos TO {web_user}
    USING (organization_id = NULLIF(current_setting('request.jwt.claim.organization_id', true), '')::uuid);
GRANT SELECT ON api.organizations TO {web_user};
GRANT SELECT, INSERT, UPDATE, DELETE ON api.todos TO {web_user};
--- tenant
SET LOCAL ROLE {web_user};
SELECT set_config('request.jwt.claim.organization_id', '{tenant}', true);
--- own
SELECT FROM api.todos;
--- exploit
SELECT id FROM api.todos WHERE organization_id = '{B}';
