-- A large object is granted to the app role, and no policy can be put on it.
-- object: role:{app}
-- object: public.contracts
-- object: large object:4711
-- base: uuid
--- setup
CREATE TABLE contracts (tenant_id uuid NOT NULL REFERENCES tenants, scan oid NOT NULL, PRIMARY KEY (tenant_id, scan));
SELECT lo_from_bytea(4711, 'contract of b');
INSERT INTO contracts VALUES ('{B}', 4711);
ALTER TABLE contracts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contracts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON contracts USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT ON contracts TO {app};
--- leak
GRANT SELECT ON LARGE OBJECT 4711 TO {app};
--- exploit
SELECT WHERE convert_from(lo_get(4711), 'UTF8') = 'contract of b';
