-- Without a tenant the row's own is taken.
-- object: public.events
-- base: partitioned
-- tenant: none
--- leak
DROP POLICY tenant_isolation ON events;
CREATE POLICY tenant_isolation ON events
    USING (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), '')::uuid, tenant_id));
--- exploit
SELECT id FROM events WHERE tenant_id = '{B}';
