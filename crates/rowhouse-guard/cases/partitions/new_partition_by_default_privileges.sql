-- Partitions come later, and default privileges hand each to the app role.
-- object: public.events_2026
-- base: partitioned
--- leak
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {app};
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
--- twin
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
--- victim
INSERT INTO events (tenant_id, at, kind) VALUES ('{B}', '2026-02-02', 'of b');
--- exploit
SELECT id FROM events_2026 WHERE tenant_id = '{B}';
