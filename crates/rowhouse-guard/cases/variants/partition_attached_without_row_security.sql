-- A partition attached later and granted with all tables.
-- object: public.events_b
-- base: uuid
--- setup
CREATE TABLE events (id uuid DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); CREATE TABLE events_a PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); CREATE TABLE events_b (id uuid DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)); ALTER TABLE events ATTACH PARTITION events_b FOR VALUES FROM ('2021-01-01') TO ('2022-01-01'); ALTER TABLE events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON events USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid)); GRANT SELECT ON events TO {app}; RESET ROLE; INSERT INTO events (tenant_id, at) VALUES ('{A}', '2021-02-02'), ('{B}', '2021-02-02');
--- leak
GRANT SELECT ON events_b TO {app};
--- twin
SELECT 1;
--- exploit
SELECT FROM events_b WHERE tenant_id = '{B}';
