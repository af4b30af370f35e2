-- Each partition is protected, but queries go to the root, which is not.
-- object: public.events
-- base: partitioned
--- setup
ALTER TABLE events_2024 ENABLE ROW LEVEL SECURITY;
ALTER TABLE events_2024 FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON events_2024
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id', true)::uuid));
ALTER TABLE events_2025 ENABLE ROW LEVEL SECURITY;
ALTER TABLE events_2025 FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON events_2025
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id', true)::uuid));
--- leak
ALTER TABLE events DISABLE ROW LEVEL SECURITY;
--- exploit
SELECT id FROM events WHERE tenant_id = '{B}';
