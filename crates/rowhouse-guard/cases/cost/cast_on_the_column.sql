-- A cast on the tenant column keeps its index from being used.
-- object: public.comments
-- base: uuid
-- level: note
--- leak
DROP POLICY tenant_isolation ON comments;
CREATE POLICY tenant_isolation ON comments
    USING (tenant_id::text = (SELECT current_setting('app.current_tenant_id')));
