-- "Not of any other tenant" by a sub-select, which under row security sees no other tenant.
-- object: core.entry
-- base: third_facade
--- setup
GRANT USAGE ON SCHEMA core TO {app};
GRANT SELECT ON core.entry, core.org TO {app};
--- leak
ALTER POLICY org_scope ON core.entry
    USING (org NOT IN (SELECT o.id FROM core.org o WHERE o.id <> (SELECT NULLIF(current_setting('facade.org', true), '')::uuid)));
--- twin
ALTER POLICY org_scope ON core.entry
    USING (org IN (SELECT o.id FROM core.org o WHERE o.id = (SELECT NULLIF(current_setting('facade.org', true), '')::uuid)));
--- exploit
SELECT delta FROM core.entry WHERE org = '{B}';
