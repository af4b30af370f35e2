-- pg_read_all_stats does as well.
-- object: role:{app}
-- base: empty
--- setup
CREATE TABLE tenants (id uuid PRIMARY KEY, name text);
CREATE TABLE notes (id bigserial PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body text);
INSERT INTO tenants VALUES ('{A}', 'a'), ('{B}', 'b');
INSERT INTO notes (tenant_id, body) VALUES ('{A}', 'a'), ('{B}', 'b');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY t ON tenants USING (id = current_setting('app.tenant_id')::uuid);
CREATE POLICY t ON notes USING (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT ON tenants, notes TO {app};
--- leak
RESET ROLE; GRANT pg_read_all_stats TO {app};
--- tenant
SELECT set_config('app.tenant_id', '{tenant}', true);
--- own
SELECT FROM notes;
--- exploit
SELECT FROM pg_stat_activity WHERE usename <> current_user AND query <> '' AND query NOT LIKE '<insufficient%';
