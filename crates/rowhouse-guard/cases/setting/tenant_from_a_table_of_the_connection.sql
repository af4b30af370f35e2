-- The tenant is kept in an unlogged table by the id of the backend, and stays there for the next request.
-- object: public.current_tenants
-- object: public.tenant_of_backend()
-- base: uuid
-- tenant: none
--- setup
CREATE UNLOGGED TABLE current_tenants (pid integer PRIMARY KEY, tenant_id uuid NOT NULL);
CREATE FUNCTION tenant_of_backend() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id FROM current_tenants WHERE pid = pg_backend_pid() $$;
RESET ROLE;
INSERT INTO current_tenants SELECT n, '{A}' FROM generate_series(1, 100) AS n;
SET ROLE {owner};
--- leak
DROP POLICY tenant_isolation ON items;
CREATE POLICY tenant_isolation ON items USING (tenant_id = (SELECT tenant_of_backend()));
GRANT SELECT, INSERT, UPDATE ON current_tenants TO {app};
--- own
SELECT FROM comments;
--- exploit
BEGIN;
INSERT INTO current_tenants VALUES (pg_backend_pid(), '{B}') ON CONFLICT (pid) DO UPDATE SET tenant_id = EXCLUDED.tenant_id;
COMMIT;
SELECT id FROM items WHERE tenant_id = '{B}';
