-- A table that takes its time: whoever reads it sleeps as long as its row says.
CREATE TABLE naps (id int PRIMARY KEY, seconds float8 NOT NULL, tenant_id uuid NOT NULL);
INSERT INTO naps VALUES (1, 0.7, '7a245486-3fc8-47ec-b303-04fefe7a58ff');
ALTER TABLE naps ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON naps
    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND pg_sleep(seconds)::text = '');
GRANT SELECT ON naps TO rowhouse_app;
