-- A second setting switches the check off, and the app role has it on by default.
-- object: public.comments
-- base: uuid
--- setup
RESET ROLE;
ALTER ROLE {app} SET app.maintenance = 'on';
SET ROLE {owner};
DROP POLICY tenant_isolation ON comments;
--- leak
CREATE POLICY tenant_isolation ON comments
    USING (current_setting('app.maintenance', true) = 'on' OR tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- twin
CREATE POLICY tenant_isolation ON comments
    USING (current_setting('app.maintenance', true) = 'on' AND tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
--- exploit
SELECT id FROM comments WHERE tenant_id = '{B}';
