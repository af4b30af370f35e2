-- Large objects that the service makes itself belong to it, and so to all tenants.
-- object: role:{app}
-- object: public.scans
-- object: large object:4712
-- base: integer
--- setup
CREATE TABLE scans (org_id integer NOT NULL REFERENCES organizations, scan oid NOT NULL, PRIMARY KEY (org_id, scan));
ALTER TABLE scans ENABLE ROW LEVEL SECURITY;
ALTER TABLE scans FORCE ROW LEVEL SECURITY;
CREATE POLICY scans_own ON scans USING (org_id = NULLIF(current_setting('myapp.org', true), '')::integer);
GRANT SELECT, INSERT ON scans TO {app};
RESET ROLE;
SELECT lo_from_bytea(4712, 'of b');
INSERT INTO scans VALUES (2, 4712);
--- leak
RESET ROLE;
ALTER LARGE OBJECT 4712 OWNER TO {app};
--- exploit
SELECT WHERE convert_from(lo_get(4712), 'UTF8') = 'of b';
