-- The tenant of a session stands in a table that the service itself writes.
-- object: public.session_tenants
-- object: public.invoices
-- base: shop
--- setup
CREATE TABLE session_tenants (pid integer PRIMARY KEY DEFAULT pg_backend_pid(), company_id bigint NOT NULL);
INSERT INTO session_tenants VALUES (0, 101);
GRANT SELECT ON session_tenants TO {web};
ALTER TABLE session_tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY s ON session_tenants USING (company_id = nullif(current_setting('rails.company_id', true), '')::bigint) WITH CHECK (company_id = nullif(current_setting('rails.company_id', true), '')::bigint);
ALTER POLICY company_isolation ON invoices USING (company_id IN (SELECT s.company_id FROM session_tenants s));
--- leak
ALTER POLICY s ON session_tenants USING (true);
RESET ROLE; INSERT INTO session_tenants VALUES (1, 202);
--- exploit
SELECT FROM invoices WHERE company_id = 202;
