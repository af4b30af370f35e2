-- The column is cast to the type of the setting, and the index on the column is of no use.
-- object: core.wallet
-- level: note
-- base: third_facade
--- leak
ALTER POLICY org_scope ON core.wallet USING (org::text = (SELECT current_setting('facade.org', true)));
