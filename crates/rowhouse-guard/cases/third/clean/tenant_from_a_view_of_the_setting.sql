-- The policy reads the tenant from a view of one row over the setting.
-- base: third_facade
--- setup
CREATE VIEW core.this_org AS SELECT NULLIF(current_setting('facade.org', true), '')::uuid AS id;
ALTER POLICY org_scope ON core.entry USING (org = (SELECT t.id FROM core.this_org t));
--- exploit
SELECT delta FROM facade.entries WHERE delta = 200;
