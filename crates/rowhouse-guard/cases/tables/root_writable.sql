-- The app role may rename any tenant.
-- object: public.organizations
-- base: integer
--- setup
GRANT UPDATE ON organizations TO {app};
--- leak
CREATE POLICY organizations_change ON organizations FOR UPDATE TO {app} USING (true);
ALTER POLICY organizations_own ON organizations USING (true);
--- twin
CREATE POLICY organizations_change ON organizations FOR UPDATE TO {app}
    USING (id = NULLIF(current_setting('myapp.org', true), '')::integer);
--- exploit
UPDATE organizations SET plan = 'free' WHERE id = {B} RETURNING id;
