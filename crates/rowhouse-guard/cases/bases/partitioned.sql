-- uuid tenants with a table partitioned by time, granted and protected at its root.
-- a: 11111111-1111-4111-8111-111111111111
-- b: 22222222-2222-4222-8222-222222222222
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE devices (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE events (
    tenant_id uuid NOT NULL REFERENCES tenants,
    at timestamptz NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, at, id)
) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE event_kinds (kind text PRIMARY KEY);

INSERT INTO tenants VALUES ('{A}', 'Acme'), ('{B}', 'Bolt');
INSERT INTO devices (tenant_id, name) VALUES ('{A}', 'of a'), ('{B}', 'of b');
INSERT INTO events (tenant_id, at, kind) VALUES
    ('{A}', '2024-05-05', 'of a'), ('{B}', '2024-06-06', 'of b'),
    ('{A}', '2025-05-05', 'of a'), ('{B}', '2025-06-06', 'of b');
INSERT INTO event_kinds VALUES ('of a'), ('of b');

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices FORCE ROW LEVEL SECURITY;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenants
    USING (id = (SELECT current_setting('app.current_tenant_id', true)::uuid));
CREATE POLICY tenant_isolation ON devices
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id', true)::uuid));
CREATE POLICY tenant_isolation ON events
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id', true)::uuid))
    WITH CHECK (tenant_id = (SELECT current_setting('app.current_tenant_id', true)::uuid));

GRANT SELECT ON tenants, event_kinds TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON devices, events TO {app};
--- tenant
SELECT set_config('app.current_tenant_id', '{tenant}', true);
--- own
SELECT FROM events;
