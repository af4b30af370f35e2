-- Default privileges gave ALL on what was created after them.
-- object: core.notes
-- base: ledger
--- leak
ALTER DEFAULT PRIVILEGES IN SCHEMA core GRANT ALL ON TABLES TO {svc_billing};
CREATE TABLE core.notes (tenant_slug text NOT NULL REFERENCES core.tenants, id uuid DEFAULT gen_random_uuid(), body text, PRIMARY KEY (tenant_slug, id));
INSERT INTO core.notes VALUES ('bolt', DEFAULT, 'b');
ALTER TABLE core.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p_tenant ON core.notes USING (tenant_slug = (SELECT core.tenant_slug()));
--- twin
ALTER DEFAULT PRIVILEGES IN SCHEMA core GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {svc_billing};
CREATE TABLE core.notes (tenant_slug text NOT NULL REFERENCES core.tenants, id uuid DEFAULT gen_random_uuid(), body text, PRIMARY KEY (tenant_slug, id));
INSERT INTO core.notes VALUES ('bolt', DEFAULT, 'b');
ALTER TABLE core.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p_tenant ON core.notes USING (tenant_slug = (SELECT core.tenant_slug()));
--- exploit
TRUNCATE core.notes;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM core.notes);
