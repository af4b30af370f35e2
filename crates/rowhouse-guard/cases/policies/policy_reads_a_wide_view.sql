-- The policy asks a view which tenants are mine, and the view counts those of the same plan in.
-- object: public.files
-- object: public.my_orgs
-- base: projects
--- leak
RESET ROLE;
CREATE VIEW my_orgs WITH (security_barrier) AS SELECT o.id FROM orgs o
    WHERE o.plan = (SELECT mine.plan FROM orgs mine WHERE mine.id = current_setting('app.org_id')::uuid);
GRANT SELECT ON my_orgs TO {app};
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id IN (SELECT id FROM my_orgs));
--- twin
RESET ROLE;
CREATE VIEW my_orgs WITH (security_barrier) AS SELECT o.id FROM orgs o WHERE o.id = current_setting('app.org_id')::uuid;
GRANT SELECT ON my_orgs TO {app};
DROP POLICY org ON files;
CREATE POLICY org ON files USING (org_id IN (SELECT id FROM my_orgs));
--- exploit
SELECT name FROM files WHERE org_id = '{B}';
