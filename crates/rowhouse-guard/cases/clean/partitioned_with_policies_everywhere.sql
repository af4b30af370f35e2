-- Every partition is granted, and every one has row security of its own.
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
GRANT SELECT, INSERT ON events_2024, events_2025 TO {app};
--- exploit
SELECT id FROM events_2024 WHERE tenant_id = '{B}' UNION ALL SELECT id FROM events_2025 WHERE tenant_id = '{B}';
