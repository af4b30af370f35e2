-- A definer function makes a user a member of whatever tenant is named.
-- object: public.join_tenant(uuid)
-- base: jwt
--- setup
CREATE TABLE memberships (user_id uuid NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, PRIMARY KEY (user_id, tenant_id));
CREATE INDEX ON memberships (tenant_id);
INSERT INTO memberships VALUES ('99999999-9999-4999-8999-999999999999', '{A}');
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own memberships" ON memberships FOR SELECT TO {authenticated} USING (user_id = (SELECT auth.uid()));
DROP POLICY "own projects" ON projects;
CREATE POLICY "projects of my tenants" ON projects TO {authenticated}
    USING (tenant_id IN (SELECT m.tenant_id FROM memberships m WHERE m.user_id = (SELECT auth.uid())));
GRANT SELECT ON memberships TO {authenticated};
RESET ROLE;
CREATE FUNCTION join_tenant(wanted uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ INSERT INTO public.memberships
          VALUES ((current_setting('request.jwt.claims')::jsonb ->> 'sub')::uuid, wanted) ON CONFLICT DO NOTHING $$;
--- leak
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION join_tenant(uuid) FROM PUBLIC;
--- exploit
SELECT join_tenant('{B}');
SELECT id FROM projects WHERE tenant_id = '{B}';
