-- The policy checks that there is such a tenant, not that the row is its.
-- object: public.accounts_member
-- base: third_django
--- leak
ALTER POLICY tenant_rows ON accounts_member USING (EXISTS (
    SELECT FROM tenants_tenant t WHERE t.id = NULLIF(current_setting('django.tenant', true), '')::bigint));
--- twin
ALTER POLICY tenant_rows ON accounts_member USING (EXISTS (
    SELECT FROM tenants_tenant t WHERE t.id = NULLIF(current_setting('django.tenant', true), '')::bigint AND t.id = tenant_id));
--- exploit
SELECT email FROM accounts_member WHERE tenant_id = 8;
