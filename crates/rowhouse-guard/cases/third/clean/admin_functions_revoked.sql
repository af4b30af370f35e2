-- Functions of the back office, definer and without a filter, taken from PUBLIC and given to the office.
-- base: third_django
--- setup
RESET ROLE;
CREATE ROLE {office} LOGIN;
CREATE FUNCTION revenue() RETURNS TABLE (tenant bigint, total numeric) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id, sum(total) FROM billing_invoice GROUP BY 1 $$;
CREATE PROCEDURE purge(t bigint) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ DELETE FROM billing_payment WHERE tenant_id = t $$;
REVOKE EXECUTE ON ROUTINE revenue(), purge(bigint) FROM PUBLIC;
GRANT EXECUTE ON ROUTINE revenue(), purge(bigint) TO {office};
--- exploit
SELECT total FROM revenue() WHERE tenant = 8;
