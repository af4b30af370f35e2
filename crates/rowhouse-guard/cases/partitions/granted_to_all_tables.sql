-- GRANT ON ALL TABLES takes the partitions along; they need row security of their own.
-- object: public.events_2024
-- base: partitioned
--- setup
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {app};
REVOKE SELECT ON events_2025 FROM {app};
--- leak
--- twin
ALTER TABLE events_2024 ENABLE ROW LEVEL SECURITY;
ALTER TABLE events_2024 FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON events_2024
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id', true)::uuid));
--- exploit
SELECT id FROM events_2024 WHERE tenant_id = '{B}';
