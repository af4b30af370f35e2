-- A definer function asks over dblink, with the administrator's connection string inside.
-- object: public.cross_totals()
-- base: third_django
-- extension: dblink
--- setup
RESET ROLE;
CREATE EXTENSION dblink;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
CREATE ROLE {dbl} LOGIN BYPASSRLS;
GRANT SELECT ON billing_invoice TO {dbl};
CREATE FUNCTION cross_totals() RETURNS TABLE (tenant bigint, total numeric) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM dblink('host={socket} port={port} dbname={db} user={dbl}', 'SELECT tenant_id, sum(total) FROM billing_invoice GROUP BY 1') AS t (tenant bigint, total numeric)
$$;
--- leak
RESET ROLE;
--- twin
RESET ROLE;
REVOKE EXECUTE ON FUNCTION cross_totals() FROM PUBLIC;
--- exploit
SELECT total FROM cross_totals() WHERE tenant = 8;
