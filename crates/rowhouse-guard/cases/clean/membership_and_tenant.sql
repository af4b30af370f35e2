-- The tenant of the setting, and among its members only.
-- base: uuid
--- setup
CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_name text NOT NULL, PRIMARY KEY (tenant_id, user_name));
INSERT INTO members VALUES ('{A}', 'ann'), ('{B}', 'bob');
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON members FOR SELECT USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT ON members TO {app};
CREATE POLICY members_only ON items AS RESTRICTIVE
    USING (EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = items.tenant_id AND m.user_name = current_setting('app.user', true)));
--- tenant
SELECT set_config('app.current_tenant_id', '{tenant}', true), set_config('app.user', 'ann', true);
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}';
