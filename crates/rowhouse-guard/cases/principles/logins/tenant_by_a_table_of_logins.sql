-- Each tenant has a login, and the table of tenants says which.
-- base: empty
-- login: acme_user
--- setup
RESET ROLE;
CREATE ROLE {bolt_user} LOGIN;
CREATE ROLE {members} NOLOGIN;
GRANT {members} TO {acme_user}, {bolt_user};
SET ROLE {owner};
CREATE TABLE tenants (id integer PRIMARY KEY, login name NOT NULL UNIQUE, title text NOT NULL);
CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants, total numeric NOT NULL);
CREATE INDEX ON invoices (tenant_id);
INSERT INTO tenants VALUES (1, '{acme_user}', 'Acme'), (2, '{bolt_user}', 'Bolt');
INSERT INTO invoices (tenant_id, total) VALUES (1, 10), (2, 20);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants FOR SELECT TO {members} USING (login = current_user);
CREATE POLICY own ON invoices TO {members} USING (tenant_id = (SELECT t.id FROM tenants t WHERE t.login = current_user));
GRANT SELECT ON tenants TO {members};
GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO {members};
--- tenant
SELECT 1;
--- own
SELECT FROM invoices;
--- exploit
SELECT total FROM invoices WHERE tenant_id = 2;
