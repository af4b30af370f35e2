-- Several permissive policies for one command are all asked for each row.
-- object: public.items
-- base: uuid
-- level: note
--- leak
CREATE POLICY by_title ON items FOR SELECT
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND title <> '');
CREATE POLICY by_date ON items FOR SELECT
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND created_at < now());
CREATE POLICY by_secret ON items FOR SELECT
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND secret IS NOT NULL);
