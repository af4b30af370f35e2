-- 60 MB of one tenant's rows.
CREATE TABLE logs (id int PRIMARY KEY, line text NOT NULL, tenant_id uuid NOT NULL);
INSERT INTO logs SELECT n, repeat('x', 300), '7a245486-3fc8-47ec-b303-04fefe7a58ff' FROM generate_series(1, 150000) n;
ALTER TABLE logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON logs USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT ON logs TO rowhouse_app;
