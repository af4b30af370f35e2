-- Partitions with row security and no policy: granted by a sweeping GRANT, they show nothing.
-- base: partitioned
--- setup
ALTER TABLE events_2024 ENABLE ROW LEVEL SECURITY;
ALTER TABLE events_2024 FORCE ROW LEVEL SECURITY;
ALTER TABLE events_2025 ENABLE ROW LEVEL SECURITY;
ALTER TABLE events_2025 FORCE ROW LEVEL SECURITY;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {app};
--- exploit
SELECT id FROM events_2024;
