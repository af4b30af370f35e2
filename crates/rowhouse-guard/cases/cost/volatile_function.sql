-- A VOLATILE function in the policy is called for each row.
-- object: public.tenant()
-- object: public.comments
-- base: uuid
-- level: note
--- setup
DROP POLICY tenant_isolation ON comments;
--- leak
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql
    AS $$ SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$;
CREATE POLICY tenant_isolation ON comments USING (tenant_id = tenant());
--- twin
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$;
CREATE POLICY tenant_isolation ON comments USING (tenant_id = (SELECT tenant()));
